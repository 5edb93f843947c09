using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Profiling;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Optimizers;

namespace SegFromScratch.Tests.Operations;

/// <summary>Many parameters in few launches: every one gets the bits that it gets alone, and nothing else is touched.</summary>
[TestFixture("debug", 1)]
[TestFixture("cpu", 0)]
[DeviceTestFixture("opencl", 0)]
[DeviceTestFixture("cuda", 0)]
public sealed class UpdateOfManyTests(string device, int channelBlock) : DeviceFixture(device, channelBlock)
{
    // More than eight, so that there is a second launch; shorter than a chunk, exactly one, one element more, and several.
    private static readonly int[] s_lengths = [1, 7, 4096, 4097, 3, 129, 9000, 64, 5, 12289, 2];

    public static IEnumerable<TestCaseData> Updates =>
    [
        Case("adam", 4, updates => Adam.Update(updates, 0.01f, new AdamOptions { WeightDecay = 0.1 }, 3)),
        Case("rmsprop", 4, updates => RmsProp.Update(updates, 0.01f, new RmsPropOptions { Momentum = 0.9, WeightDecay = 0.1 })),
        Case("momentum", 3, updates => StochasticGradientDescent.Update(updates, 0.1f, new StochasticGradientDescentOptions { Momentum = 0.9, Nesterov = true })),
        Case("gradient descent", 2, updates => StochasticGradientDescent.Update(updates, 0.1f, new StochasticGradientDescentOptions { WeightDecay = 0.01 })),
        Case("average", 2, updates => WeightAverage.Follow(updates, 0.75)),
    ];

    [TestCaseSource(nameof(Updates))]
    public void Many_change_as_each_alone(int tensors, Action<IReadOnlyList<ParameterUpdate>> change)
    {
        float[][] together = Changed(tensors, change);
        float[][] alone = Changed(tensors, updates =>
        {
            foreach (ParameterUpdate update in updates)
                change([update]);
        });
        float[][] before = Changed(tensors, _ => { });
        for (int i = 0; i < together.Length; i++)
        {
            Assert.That(together[i], Is.EqualTo(alone[i]), $"tensor {i % tensors} of {s_lengths[i / tensors]} elements");
            bool isSource = i % tensors == 1;
            Assert.That(together[i].Zip(before[i]).All(pair => pair.First != pair.Second), Is.EqualTo(!isSource), "all but the source changes everywhere");
        }
    }

    [Test]
    public void Eleven_parameters_take_two_launches()
    {
        if (Device is not CompiledDevice)
            Assert.Ignore($"{Device.Name} does not time kernels");
        using IKernelTimes times = Device.MeasureKernels()!;
        Changed(4, updates => Adam.Update(updates, 0.01f, new AdamOptions(), 1));
        Assert.That(Launches(times, "Adam"), Is.EqualTo(2));
        Changed(2, WeightAverage.Swap);
        Assert.That(Launches(times, "WeightAverage"), Is.EqualTo(2));
        using Step step = Begin();
        Tensor[] gradients = [.. s_lengths.Select(length => Numbers(step, length, 0))];
        var norm = new GradientNorm(Device, gradients.Length);
        norm.Clip(gradients, 1);
        Assert.That(Launches(times, "GradientNorm"), Is.EqualTo(2 + 1 + 2), "sums of ranges, totals, and the shortening");
    }

    [Test]
    public void Many_change_places()
    {
        float[][] before = Changed(2, _ => { }), after = Changed(2, WeightAverage.Swap);
        for (int i = 0; i < before.Length; i++)
            Assert.That(after[i], Is.EqualTo(before[i ^ 1]), $"tensor {i % 2} of {s_lengths[i / 2]} elements");
    }

    [Test]
    public void Many_gradients_are_measured_and_shortened_as_each_alone()
    {
        using Step step = Begin();
        Tensor[] gradients = [.. s_lengths.Select(length => Numbers(step, length, 0))];
        var norm = new GradientNorm(Device, gradients.Length + 3);
        double[] alone = [.. gradients.Select(gradient => norm.Measure([gradient]))];
        double together = norm.Measure(gradients);

        // The square of a root of a float32 number rounds to that number: so the sums that were added are known.
        Assert.That(together, Is.EqualTo(Math.Sqrt(alone.Sum(root => (double)(float)(root * root)))));
        Assert.That(alone, Is.EqualTo(s_lengths.Select(length => Math.Sqrt(Values(length, 0).Sum(value => (double)value * value)))).Within(1e-5).Percent);
        Assert.That(norm.Clip(gradients, together / 2), Is.EqualTo(together));
        float factor = (float)(together / 2 / (together + 1e-6));
        for (int i = 0; i < gradients.Length; i++)
            Assert.That(gradients[i].ToArray(), Is.EqualTo(Values(s_lengths[i], 0).Select(value => value * factor)), $"gradient {i}");
        Assert.That(norm.Measure([]), Is.Zero);
    }

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(64)]
    public void Groups_of_any_size_reach_every_element_once(int group)
    {
        if (group > 3 && Device is not CompiledDevice)
            Assert.Ignore("on debug each work-item is a thread; smaller groups show the same");
        using Step step = Begin();
        Tensor[] averages = [.. s_lengths[..8].Select(length => Numbers(step, length, 0))], values = [.. s_lengths[..8].Select(length => Numbers(step, length, 1))];
        WeightAverageLauncher.Follow(
            Device,
            new LaunchSize(s_lengths[..8].Sum(length => (length + 4095) / 4096), group),
            averages[0].Data, values[0].Data,
            averages[1].Data, values[1].Data,
            averages[2].Data, values[2].Data,
            averages[3].Data, values[3].Data,
            averages[4].Data, values[4].Data,
            averages[5].Data, values[5].Data,
            averages[6].Data, values[6].Data,
            averages[7].Data, values[7].Data,
            new WeightAverageFactors(0.5f));
        for (int i = 0; i < 8; i++)
            Assert.That(averages[i].ToArray(), Is.EqualTo(Values(s_lengths[i], 0).Zip(Values(s_lengths[i], 1), (average, value) => (average + value) / 2)), $"parameter {i}");
    }

    private static long Launches(IKernelTimes times, string kernels) =>
        times.Read().Kernels.Where(kernel => kernel.Kernel.StartsWith(kernels, StringComparison.Ordinal)).Sum(kernel => kernel.Count);

    private static TestCaseData Case(string name, int tensors, Action<IReadOnlyList<ParameterUpdate>> change) =>
        new TestCaseData(tensors, change).SetArgDisplayNames(name);

    private float[][] Changed(int tensors, Action<IReadOnlyList<ParameterUpdate>> change)
    {
        using Step step = Begin();
        Tensor[] all = [.. s_lengths.SelectMany(length => Enumerable.Range(0, tensors).Select(i => Numbers(step, length, i)))];
        change([.. all.Chunk(tensors).Select(t => new ParameterUpdate(t[0], t[1], tensors > 2 ? t[2] : null, tensors > 3 ? t[3] : null))]);
        return [.. all.Select(tensor => tensor.ToArray())];
    }

    private static Tensor Numbers(Step step, int length, int which) => Plain(step, new TensorShape(1, 1, 1, length), Values(length, which));

    // Whole numbers above 0, none like its neighbours or the same place of another tensor.
    private static float[] Values(int length, int which) => [.. Enumerable.Range(0, length).Select(i => (float)(((i + length) % 31 * 8) + (2 * which) + 2))];
}
