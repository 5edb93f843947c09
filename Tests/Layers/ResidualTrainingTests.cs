using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Activation;
using SegFromScratch.Kernels.Addition;
using SegFromScratch.Kernels.Checking;
using SegFromScratch.Layers.Blocks;
using SegFromScratch.Layers.Modules;
using SegFromScratch.Tests.Operations;
using SegFromScratch.Tests.Support;

namespace SegFromScratch.Tests.Layers;

/// <summary>In training the sum at the end of a residual block is made by the normalisation before it: outputs and gradients are those of an addition after it.</summary>
[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.UsableWithBlocks))]
public sealed class ResidualTrainingTests(string device, int channelBlock) : DeviceFixture(device, channelBlock)
{
    private static readonly TensorShape s_input = new(2, 16, 7, 9);

    [TestCase("bottleneck", true)]
    [TestCase("bottleneck with a shortcut", true)]
    [TestCase("basic", true)]
    [TestCase("basic with a shortcut", true)]
    [TestCase("inverted", false)]
    [TestCase("inverted of Keras", false)]
    [TestCase("xception", false)]
    [TestCase("xception with a shortcut", false)]
    public void No_block_makes_a_pass_over_memory_for_its_sum(string name, bool relu)
    {
        string[] operations = Names(ResidualBlocks.Create(Device, name));
        Assert.That(operations, Has.Exactly(1).EqualTo(relu ? "batch normalization, addition and relu" : "batch normalization and addition"));
        Assert.That(operations, Has.None.StartsWith("addition"));
    }

    [Test]
    public void A_relu_before_the_sum_leaves_an_addition() =>
        Assert.That(Names(ResidualBlocks.Create(Device, "xception with its ReLUs before the sum")), Has.Exactly(1).EqualTo("addition").And.None.Contains("and addition"));

    [TestCase("basic")]
    [TestCase("basic with a shortcut")]
    [TestCase("inverted of Keras")]
    public void Output_and_gradients_are_those_of_an_addition_after_it(string name)
    {
        Module block = ResidualBlocks.Create(Device, name);
        AssertNear(Learn(block, block.Forward), Array.ConvertAll(Learn(block, Apart), value => (double)value), 1e-4);

        Tensor Apart(Step step, Tensor x)
        {
            Tensor y = x;
            foreach ((string partName, Module part) in block.Modules().Where(named => !named.FullName.Contains("downsample", StringComparison.Ordinal)))
            {
                y = part.Forward(step, y);
                if (partName is "block_expand_BN" or "block_depthwise_BN")
                    y = Activation.Relu6(step, y);
            }

            Module? shortcut = block.Modules().FirstOrDefault(named => named.FullName == "downsample").Module;
            Tensor added = shortcut?.Forward(step, x) ?? x;
            return block is BasicBlock ? Addition.ApplyRelu(step, y, added) : Addition.Apply(step, y, added);
        }
    }

    // The output, the input's gradient and those of all parameters.
    private float[] Learn(Module block, Func<Step, Tensor, Tensor> compute)
    {
        var random = new CheckRandom("learn");
        using Step step = Begin();
        Tensor x = Feature(step, s_input, Singles(random.Normal(s_input)));
        Tensor y = compute(step, x);
        BackwardWith(step, y, Singles(random.Normal(y.Shape)));
        List<float> all = [.. y.ToArray(), .. x.Gradient!.ToArray()];
        foreach (Parameter parameter in block.Parameters().Select(named => named.Parameter).Where(parameter => parameter.IsTrained))
        {
            all.AddRange(parameter.Value.Gradient!.ToArray());
            parameter.Value.ClearGradient();
        }

        return [.. all];
    }

    private string[] Names(Module block)
    {
        List<string> names = [];
        using Step step = Begin();
        step.Watch = (tensor, isGradient) =>
        {
            if (!isGradient)
                names.Add(tensor.Name);
        };
        block.Forward(step, Feature(step, s_input, Singles(new CheckRandom("input").Normal(s_input))));
        return [.. names];
    }

    private static float[] Singles(HostTensor<double> values) => Array.ConvertAll(values.Values, value => (float)value);
}
