using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Dialect;
using SegFromScratch.Engine.Memory;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.BinaryCrossEntropy;
using SegFromScratch.Kernels.BinaryCrossEntropy.Cpu;
using SegFromScratch.Kernels.CrossEntropy;
using SegFromScratch.Kernels.Reduction;
using SegFromScratch.Kernels.SoftDice;
using SegFromScratch.Kernels.SoftDice.Cpu;

namespace SegFromScratch.Tests.Cpu;

/// <summary>The losses of the cpu device against the loops that the translator makes of the naive kernels.</summary>
[TestFixture]
internal sealed class CpuLossesAgainstLoopsTests : IDisposable
{
    private static readonly TensorShape[] s_shapes = [new(2, 4, 5, 7), new(1, 1, 1, 1), new(1, 8, 3, 3), new(2, 21, 9, 11), new(1, 11, 50, 90), new(3, 33, 4, 6)];

    private readonly CpuDevice _device = new(2);

    public void Dispose() => _device.Dispose();

    [Test]
    public void Cross_entropy([ValueSource(nameof(s_shapes))] TensorShape shape, [Values] bool weighted, [Values(0f, 0.1f)] float smoothing)
    {
        int pixels = shape.Batch * shape.Height * shape.Width;
        TensorView logits = Logits(shape), gradient = Unwritten(shape), expectedGradient = Unwritten(shape);
        var random = new Random(5);
        ArrayView<int> target = new(_device.Pool.Rent(pixels * sizeof(int), MemoryClass.Activations, "test"), 0, pixels);
        for (int i = 0; i < pixels; i++)
            target[i] = random.Next(-1, shape.Channels + 1);
        ArrayView<float> classWeights = weighted ? Positive(TensorShape.Vector(shape.Channels)).Data : default;
        ArrayView<float> one = Positive(TensorShape.Scalar).Data, factor = Positive(TensorShape.Scalar).Data;
        const int ignored = 0;
        ArrayView<float>[] own = Arrays(pixels), loops = Arrays(pixels);
        CrossEntropyCpu.Forward(_device, logits, target, classWeights, ignored, smoothing, own[0], own[1], own[2]);
        CrossEntropyLauncher.Forward(_device, pixels, logits, target, classWeights, ignored, smoothing, loops[0], loops[1], loops[2]);
        for (int i = 0; i < 3; i++)
            Near(own[i], loops[i], 2e-6f);
        CrossEntropyCpu.Backward(_device, logits, target, classWeights, ignored, smoothing, loops[0], factor, one, gradient);
        CrossEntropyLauncher.Backward(
            _device, gradient.Layout.Length, logits, target, classWeights, ignored, smoothing, loops[0], factor, one, expectedGradient);
        Near(gradient.Data, expectedGradient.Data, 2e-6f);
        HostTensor.Read(_device, gradient);
    }

    [Test]
    public void Binary_cross_entropy_and_soft_dice([ValueSource(nameof(s_shapes))] TensorShape shape, [Values] bool weighted, [Values] bool plainTarget)
    {
        TensorView logits = Logits(shape), own = Unwritten(shape), loops = Unwritten(shape);
        TensorView target = Positive(shape, plainTarget ? 1 : _device.ChannelBlock(shape.Channels));
        ArrayView<float> weights = weighted ? Positive(shape with { Channels = 1 }).Data : default;
        ArrayView<float> one = Positive(TensorShape.Scalar).Data, factor = Positive(TensorShape.Scalar).Data;
        ElementLossCpu.Forward(_device, default(VectorBinaryCrossEntropy), logits, target, weights, own.Data);
        BinaryCrossEntropyLauncher.Forward(_device, own.Layout.Length, logits, target, weights, loops.Data);
        Near(own.Data, loops.Data, 2e-6f);
        HostTensor.Read(_device, own);
        ElementLossCpu.Backward(_device, default(VectorBinaryCrossEntropy), logits, target, weights, factor, one, own);
        BinaryCrossEntropyLauncher.Backward(_device, own.Layout.Length, logits, target, weights, factor, one, loops);
        Near(own.Data, loops.Data, 2e-6f);
        HostTensor.Read(_device, own);

        foreach (int groups in new[] { 1, shape.Channels })
        {
            PixelSlices slices = PixelSlices.Of(shape);
            int partials = slices.Count * shape.Channels;
            ArrayView<float>[] sums = Arrays(groups), expected = Arrays(groups), parts = Arrays(partials);
            OverlapCpu.Sums(_device, default(DiceTerms), logits, target, weights, 1f, sums[0], sums[1]);
            SoftDiceLauncher.Partials(_device, partials, logits, target, weights, 0, slices, parts[0], parts[1]);
            SoftDiceLauncher.Totals(_device, groups, parts[0], parts[1], groups, 1f, expected[0], expected[1]);
            Near(sums[0], expected[0], 2e-6f);
            Near(sums[1], expected[1], 2e-6f);
            OverlapCpu.Backward(_device, default(DiceTerms), logits, target, weights, expected[0], expected[1], one, own);
            SoftDiceLauncher.Backward(_device, own.Layout.Length, logits, target, weights, 0, expected[0], expected[1], one, loops);
            Near(own.Data, loops.Data, 2e-6f);
            HostTensor.Read(_device, own);
        }
    }

    private static void Near(ArrayView<float> actual, ArrayView<float> expected, float tolerance)
    {
        float largest = 0;
        for (int i = 0; i < expected.Length; i++)
            largest = Math.Max(largest, Math.Abs(expected[i]));
        for (int i = 0; i < expected.Length; i++)
        {
            if (!(Math.Abs(actual[i] - expected[i]) <= tolerance * largest))
                Assert.Fail($"element {i} is {actual[i]}, expected {expected[i]}; the largest is {largest}");
        }
    }

    private TensorView Logits(TensorShape shape)
    {
        HostTensor tensor = HostTensor.Random(shape, 7);
        for (int i = 0; i < tensor.Values.Length; i++)
            tensor.Values[i] *= i % 5 == 0 ? 40f : 3f;
        return tensor.On(_device, _device.ChannelBlock(shape.Channels));
    }

    private TensorView Positive(TensorShape shape, int block = 1)
    {
        HostTensor tensor = HostTensor.Random(shape, 8);
        for (int i = 0; i < tensor.Values.Length; i++)
            tensor.Values[i] = Math.Abs(tensor.Values[i]);
        return tensor.On(_device, block);
    }

    private TensorView Unwritten(TensorShape shape) => HostTensor.Unwritten(_device, shape, _device.ChannelBlock(shape.Channels));

    private ArrayView<float>[] Arrays(int length) => [.. Enumerable.Range(0, 3).Select(_ => HostTensor.Unwritten(_device, new TensorShape(1, 1, 1, length), 1).Data)];
}
