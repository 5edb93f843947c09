using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Dialect;
using SegFromScratch.Engine.Memory;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Activation;
using SegFromScratch.Kernels.Addition;
using SegFromScratch.Kernels.Concatenation;
using SegFromScratch.Kernels.Dropout;
using SegFromScratch.Kernels.Interpolation;
using SegFromScratch.Kernels.MaxPooling;
using SegFromScratch.Kernels.Optimizers;
using SegFromScratch.Kernels.Reduction;

namespace SegFromScratch.Tests.Cpu;

/// <summary>
/// The vector kernels of the cpu device against the loops that the translator makes of the naive kernels,
/// which are themselves checked against the references.
/// </summary>
[TestFixture]
internal sealed class CpuKernelsAgainstLoopsTests : IDisposable
{
    private static readonly TensorShape[] s_shapes =
        [new(2, 3, 5, 7), new(1, 8, 1, 1), new(3, 9, 6, 4), new(1, 16, 11, 13), new(2, 21, 8, 9), new(1, 33, 40, 75), new(2, 8, 64, 90)];

    private readonly CpuDevice _device = new(2);

    public void Dispose() => _device.Dispose();

    [Test]
    public void Activations([ValueSource(nameof(s_shapes))] TensorShape shape, [Values] ActivationKind kind)
    {
        TensorView input = Random(shape, 1, 8f), gradient = Random(shape, 2);
        TensorView output = Unwritten(shape), inputGradient = Unwritten(shape);
        ActivationCpu.Forward(_device, kind, input, 0.1f, output);
        ActivationCpu.Backward(_device, kind, kind is ActivationKind.Silu or ActivationKind.Gelu ? input.Data : output.Data, 0.1f, gradient.Data, inputGradient.Data);
        (Func<float, float> apply, Func<float, float, float> derivative) = kind switch
        {
            ActivationKind.Relu => (x => Math.Max(0, x), (_, y) => y > 0 ? 1 : 0),
            ActivationKind.LeakyRelu => (x => x > 0 ? x : 0.1f * x, (_, y) => y > 0 ? 1 : 0.1f),
            ActivationKind.Relu6 => (x => Math.Clamp(x, 0, 6), (_, y) => y is > 0 and < 6 ? 1 : 0),
            ActivationKind.Sigmoid => (x => 1 / (1 + MathF.Exp(-x)), (_, y) => y * (1 - y)),
            ActivationKind.Tanh => (MathF.Tanh, (_, y) => 1 - (y * y)),
            ActivationKind.Gelu => (default(Gelu).Apply, (x, _) => default(Gelu).Derivative(x)),
            _ => ((Func<float, float>)(x => x / (1 + MathF.Exp(-x))), (Func<float, float, float>)((x, _) =>
            {
                float sigmoid = 1 / (1 + MathF.Exp(-x));
                return sigmoid * (1 + (x * (1 - sigmoid)));
            })),
        };
        HostTensor x = HostTensor.Read(_device, input), y = HostTensor.Read(_device, output), g = HostTensor.Read(_device, gradient);
        Near(y, [.. x.Values.Select(v => (double)apply(v))], 2e-6);
        Near(HostTensor.Read(_device, inputGradient), [.. x.Values.Zip(y.Values, derivative).Zip(g.Values, (d, v) => (double)(d * v))], 3e-6);
    }

    [Test]
    public void Addition_dropout_and_sums([ValueSource(nameof(s_shapes))] TensorShape shape)
    {
        TensorView a = Random(shape, 1), b = Random(shape, 2), sum = Unwritten(shape), expected = Unwritten(shape);
        AdditionCpu.Forward(_device, a.Data, b.Data, sum.Data);
        AdditionLauncher.Forward(_device, sum.Layout.Length, a.Data, b.Data, expected.Data);
        Same(sum, expected);

        foreach (bool wholeChannels in new[] { false, true })
        {
            TensorView dropped = Unwritten(shape), alsoDropped = Unwritten(shape);
            DropoutCpu.Apply(_device, a, 0.3f, 1.25f, wholeChannels, 0x12345678u, 0x9abcdef0u, dropped);
            DropoutLauncher.Apply(_device, a.Layout.Length, a, 0.3f, 1.25f, wholeChannels ? 1 : 0, 0x12345678u, 0x9abcdef0u, alsoDropped);
            Same(dropped, alsoDropped);
        }

        TensorView total = HostTensor.Unwritten(_device, TensorShape.Scalar, 1);
        ReductionCpu.Total(_device, a.Data, total.Data, 0.5f);
        double exact = HostTensor.Read(_device, a).Values.Sum(v => (double)v) * 0.5;
        Assert.That(HostTensor.Read(_device, total).Values[0], Is.EqualTo((float)exact).Within(1e-6f * shape.Elements));
    }

    [Test]
    public void Max_pooling([ValueSource(nameof(s_shapes))] TensorShape shape, [Values(2, 3)] int kernel, [Values(1, 2, 3)] int stride, [Values(1, 2)] int dilation)
    {
        int padding = kernel / 2, reach = (kernel - 1) * dilation;
        int height = ((shape.Height + (2 * padding) - reach - 1) / stride) + 1, width = ((shape.Width + (2 * padding) - reach - 1) / stride) + 1;
        if (shape.Height + (2 * padding) <= reach || shape.Width + (2 * padding) <= reach || padding * 2 > reach || Math.Min(shape.Height, shape.Width) < dilation)
            Assert.Pass("a window lies in the padding");
        var sizes = new MaxPoolingShape(shape.Height, shape.Width, height, width, kernel, kernel, stride, stride, padding, padding, dilation, dilation);
        TensorShape outputShape = shape with { Height = height, Width = width };

        // Few different numbers, so that windows have several maxima: the first one counts.
        TensorView input = HostTensor.Random(shape, 1, integers: true).On(_device, _device.ChannelBlock(shape.Channels));
        TensorView output = Unwritten(outputShape), expected = Unwritten(outputShape), gradient = Random(outputShape, 3);
        TensorView inputGradient = Unwritten(shape), expectedGradient = Unwritten(shape);
        ArrayView<int> indices = Integers(output.Layout.Length), expectedIndices = Integers(output.Layout.Length);
        MaxPoolingCpu.Forward(_device, sizes, input, output, indices);
        MaxPoolingLauncher.Forward(_device, output.Layout.Length, sizes, input, expected, expectedIndices);
        Same(output, expected);
        TensorView values = Unwritten(outputShape);
        MaxPoolingCpu.Values(_device, sizes, input, values);
        Same(values, expected);
        MaxPoolingCpu.Backward(_device, sizes, gradient, indices, inputGradient);
        MaxPoolingLauncher.Backward(_device, inputGradient.Layout.Length, sizes, gradient, expectedIndices, expectedGradient);
        Near(HostTensor.Read(_device, inputGradient), [.. HostTensor.Read(_device, expectedGradient).Values.Select(v => (double)v)], 1e-6);
    }

    [Test]
    public void Enlargements_that_are_written_around_the_caches_are_those_that_are_not([Values(16, 8, 5)] int height)
    {
        // One picture stays in the caches; of twelve, some of the rows that are written side by side go around, or all of them where a gradient follows.
        var single = new TensorShape(1, 64, height, 50);
        HostTensor picture = HostTensor.Random(single, 1);
        using var device = new CpuDevice(2);
        float[] expected = Forward(1, gradientFollows: false);
        foreach (bool gradientFollows in new[] { false, true })
        {
            float[] all = Forward(12, gradientFollows);
            for (int image = 0; image < 12; image++)
                Assert.That(all.AsSpan(image * expected.Length, expected.Length).SequenceEqual(expected), $"picture {image}, gradient {gradientFollows}");
        }

        float[] Forward(int batch, bool gradientFollows)
        {
            HostTensor pictures = new(single with { Batch = batch });
            for (int image = 0; image < batch; image++)
                picture.Values.CopyTo(pictures.Values, image * picture.Values.Length);
            TensorView output = HostTensor.Unwritten(device, new TensorShape(batch, 64, 32, 200), 16);
            InterpolationCpu.BilinearForward(device, BilinearAxis.HalfPixel(height, 32), BilinearAxis.HalfPixel(50, 200), pictures.On(device, 16), output, gradientFollows);
            return HostTensor.Read(device, output).Values;
        }
    }

    [Test]
    public void Interpolation([ValueSource(nameof(s_shapes))] TensorShape shape, [Values(1, 3, 16, 23)] int height, [Values(1, 14, 29)] int width)
    {
        TensorShape target = shape with { Height = height, Width = width };
        TensorView input = Random(shape, 1), gradient = Random(target, 2);
        TensorView output = Unwritten(target), expected = Unwritten(target), inputGradient = Unwritten(shape), expectedGradient = Unwritten(shape);
        (NearestAxis rows, NearestAxis columns) = (NearestAxis.Create(shape.Height, height), NearestAxis.Create(shape.Width, width));
        InterpolationCpu.NearestForward(_device, rows, columns, input, output);
        InterpolationLauncher.NearestForward(_device, output.Layout.Length, rows, columns, input, expected);
        Same(output, expected);
        InterpolationCpu.NearestBackward(_device, rows, columns, gradient, inputGradient);
        InterpolationLauncher.NearestBackward(_device, inputGradient.Layout.Length, rows, columns, gradient, expectedGradient);
        NearSums(inputGradient, expectedGradient, target, shape);
        foreach (Func<int, int, BilinearAxis> axis in new Func<int, int, BilinearAxis>[] { BilinearAxis.HalfPixel, BilinearAxis.AlignCorners })
        {
            (BilinearAxis y, BilinearAxis x) = (axis(shape.Height, height), axis(shape.Width, width));
            InterpolationCpu.BilinearForward(_device, y, x, input, output);
            InterpolationLauncher.BilinearForward(_device, output.Layout.Length, y, x, input, expected);
            Near(HostTensor.Read(_device, output), [.. HostTensor.Read(_device, expected).Values.Select(v => (double)v)], 3e-7);
            InterpolationCpu.BilinearBackward(_device, y, x, gradient, inputGradient);
            InterpolationLauncher.BilinearBackward(_device, inputGradient.Layout.Length, y, x, gradient, expectedGradient);
            NearSums(inputGradient, expectedGradient, target, shape);
        }
    }

    [TestCase(new[] { 8, 8 })]
    [TestCase(new[] { 8, 4 })]
    [TestCase(new[] { 16, 24, 3 })]
    [TestCase(new[] { 256, 48 })]
    [TestCase(new[] { 32, 8, 64, 20 })]
    public void Concatenation(int[] channels)
    {
        using var step = new Step(_device, training: false);
        var target = new TensorShape(2, channels.Sum(), 5, 9);
        TensorView output = Unwritten(target), gradient = Random(target, 9);
        HostTensor outputGradient = HostTensor.Read(_device, gradient);
        HostTensor[] values = [.. channels.Select(count => HostTensor.Random(target with { Channels = count }, count))];
        Tensor[] inputs = [.. values.Select(value => step.Create(value.Shape, "x"))], gradients = [.. inputs.Select(step.CreateGradient)];
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i].Write(values[i].Values);
            _device.Write<float>(gradients[i].Buffer, Enumerable.Repeat(float.NaN, gradients[i].Layout.Length).ToArray());
        }

        Assert.That(ConcatenationCpu.Supports(inputs, output.Layout));
        ConcatenationCpu.Forward(_device, inputs, output);
        ConcatenationCpu.Backward(_device, inputs, gradients, gradient);
        var expected = new HostTensor(target);
        int first = 0;
        for (int i = 0; i < inputs.Length; first += channels[i++])
        {
            HostTensor g = HostTensor.Read(_device, gradients[i].View);
            for (int n = 0; n < 2; n++)
            for (int c = 0; c < channels[i]; c++)
            for (int p = 0; p < 45; p++)
            {
                expected[n, first + c, p / 9, p % 9] = values[i][n, c, p / 9, p % 9];
                Assert.That(g[n, c, p / 9, p % 9], Is.EqualTo(outputGradient[n, first + c, p / 9, p % 9]));
            }
        }

        Assert.That(HostTensor.Read(_device, output).Values, Is.EqualTo(expected.Values));
    }

    [Test]
    public void Optimizers([Values(1, 7, 8, 1003, 40000)] int length, [Values] bool first, [Values] bool second)
    {
        var shape = new TensorShape(1, 1, 1, length);
        HostTensor[] start = [.. Enumerable.Range(1, 4).Select(seed => HostTensor.Random(shape, seed))];
        for (int i = 0; i < length; i++)
            start[3].Values[i] = Math.Abs(start[3].Values[i]);
        var adam = new AdamOptions { WeightDecay = 0.1, DecoupledWeightDecay = first };
        BothWays(start, update => Adam.Update([update], 0.01f, adam, 3));
        var descent = new StochasticGradientDescentOptions { Momentum = first ? 0.9 : 0, WeightDecay = 0.01, Nesterov = first && second };
        BothWays(start, update => StochasticGradientDescent.Update([update], 0.1f, descent));
        var mean = new RmsPropOptions { Momentum = first ? 0.9 : 0, WeightDecay = second ? 0.01 : 0 };
        BothWays(start, update => RmsProp.Update([update with { First = update.Second, Second = update.First }], 0.01f, mean));
        BothWays(start, update => WeightAverage.Follow([update], first ? 0.75 : 0.999));
    }

    private void BothWays(HostTensor[] start, Action<ParameterUpdate> change)
    {
        float[][] Changed(bool naive)
        {
            Tensor[] tensors = [.. start.Select(tensor => Tensor.Persistent(_device, tensor.Shape, tensor.Values, channelBlock: 1))];
            _device.NaiveKernels = naive;
            change(new ParameterUpdate(tensors[0], tensors[1], tensors[2], tensors[3]));
            _device.NaiveKernels = false;
            float[][] changed = [.. tensors.Select(tensor => tensor.ToArray())];
            foreach (Tensor tensor in tensors)
                tensor.Discard();
            return changed;
        }

        foreach ((float[] own, float[] loops) in Changed(naive: false).Zip(Changed(naive: true)))
            Assert.That(own, Is.EqualTo(loops).Within(2e-7 * (1 + loops.Max(Math.Abs))));
    }

    private static void Near(HostTensor actual, double[] expected, double tolerance)
    {
        double[] magnitudes = new double[expected.Length];
        Array.Fill(magnitudes, 1 + expected.Max(Math.Abs));
        actual.AssertNear(expected, magnitudes, tolerance, "result");
    }

    private void NearSums(TensorView actual, TensorView expected, TensorShape from, TensorShape to) =>
        Near(
            HostTensor.Read(_device, actual),
            [.. HostTensor.Read(_device, expected).Values.Select(v => (double)v)],
            3e-7 * (1 + (from.Elements / to.Elements)));

    private void Same(TensorView actual, TensorView expected) =>
        Assert.That(HostTensor.Read(_device, actual).Values, Is.EqualTo(HostTensor.Read(_device, expected).Values));

    private TensorView Random(TensorShape shape, int seed, float scale = 1f)
    {
        HostTensor tensor = HostTensor.Random(shape, seed);
        for (int i = 0; i < tensor.Values.Length; i++)
            tensor.Values[i] *= scale;
        return tensor.On(_device, _device.ChannelBlock(shape.Channels));
    }

    private TensorView Unwritten(TensorShape shape) => HostTensor.Unwritten(_device, shape, _device.ChannelBlock(shape.Channels));

    private ArrayView<int> Integers(int length) =>
        new(_device.Pool.Rent(length * sizeof(int), MemoryClass.Activations, "test"), 0, length);
}
