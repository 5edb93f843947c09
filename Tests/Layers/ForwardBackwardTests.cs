using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Numerics;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Addition;
using SegFromScratch.Kernels.CrossEntropy;
using SegFromScratch.Kernels.Scale;
using SegFromScratch.Layers.Models;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Tests.Layers;

/// <summary>Each network once forward and backward, narrow and on a small image.</summary>
public sealed class ForwardBackwardTests
{
    private const int Classes = 3;
    private const int Width = 4;

    // The smallest image that a network can take and that is not smaller than 33 x 36.
    private static (int Height, int Width) SizeOf(SegmentationModel model) => (model.InputSizeFor(33), model.InputSizeFor(36));

    [Test]
    public void Every_trained_parameter_gets_a_finite_gradient([ValueSource(nameof(Cases))] (string Name, bool? Heads) network)
    {
        using var device = new CpuDevice(2);
        SegmentationModel model = ModelCatalog.Create(network.Name, device, Classes, new ModelChoices(Width) { AuxiliaryHeads = network.Heads }, 1);
        (int height, int width) = SizeOf(model);
        using (var step = new Step(device, training: true))
        {
            Tensor? loss = null;
            foreach (WeightedLogits head in model.ForwardAll(step, Image(step, height, width)))
            {
                Assert.That(head.Logits.Shape, Is.EqualTo(new TensorShape(2, Classes, height - (2 * model.Margin), width - (2 * model.Margin))));
                DeviceArray<int> target = step.InputArray<int>(new int[head.Logits.Shape.Elements / Classes], "class map");
                Tensor term = Scale.Apply(step, CrossEntropy.Apply(step, head.Logits, target, new CrossEntropyOptions()), head.Weight);
                loss = loss is null ? term : Addition.Apply(step, loss, term);
            }

            step.Backward(loss!);
        }

        foreach ((string name, Parameter parameter) in model.Parameters())
        {
            if (parameter.IsTrained)
                Assert.That(parameter.Value.Gradient?.ToArray(), Is.Not.Null.And.All.Matches<float>(float.IsFinite), name);
            else
                Assert.That(parameter.Value.Gradient, Is.Null, name);
        }
    }

    [Test]
    public void Inference_gives_the_size_of_the_image_and_keeps_nothing_else([ValueSource(nameof(Cases))] (string Name, bool? Heads) network)
    {
        using var device = new CpuDevice(2);
        SegmentationModel model = ModelCatalog.Create(network.Name, device, Classes, new ModelChoices(Width) { AuxiliaryHeads = network.Heads }, 1);
        (int height, int width) = SizeOf(model);

        // Packed weights stay with the weights.
        long InUse() => device.Pool.BytesInUse - device.Pool.InUse(SegFromScratch.Engine.Memory.MemoryClass.Weights);
        long before = InUse();
        using var step = new Step(device, training: false);
        Tensor input = Image(step, height, width);
        Tensor output = model.Forward(step, input);
        Assert.That(output.Shape, Is.EqualTo(new TensorShape(2, Classes, height - (2 * model.Margin), width - (2 * model.Margin))));
        Assert.That(InUse() - before, Is.EqualTo(input.Buffer.Bytes + output.Buffer.Bytes));
    }

    private static Tensor Image(Step step, int height, int width)
    {
        var shape = new TensorShape(2, 3, height, width);
        var random = new SplitMix64(7);
        var values = new float[shape.Elements];
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)random.Normal();
        return step.Input(shape, values, "images");
    }

    private static IEnumerable<(string Name, bool? Heads)> Cases() =>
        ModelCatalog.Models.Keys.Where(name => name is not ("unet2015" or "fcn32s" or "fcn16s") && !name.EndsWith("101", StringComparison.Ordinal) && !name.EndsWith("152", StringComparison.Ordinal)).Select(name => (name, (bool?)null)).Append(("unet_plus_plus", true)).Append(("deeplabv2_resnet101", null));
}
