using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Dialect;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.Convolution.Cpu.Winograd;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Tests.Cpu;

/// <summary>The convolutions of the cpu device against plain loops in double.</summary>
[TestFixture]
internal sealed unsafe class ConvolutionCpuTests
{
    private static readonly int[] s_channels = [1, 3, 4, 7, 8, 9, 16, 17, 31, 32, 33, 64];

    private static IEnumerable<ConvolutionShape> Shapes()
    {
        foreach (int c in s_channels)
        {
            foreach (int k in s_channels)
                yield return Make(1 + ((c + k) % 2), c, 5, 7 - (k % 3), k, 3, 1, 1, 1);
        }

        foreach (int kernel in new[] { 1, 2, 3, 5, 7 })
        foreach (int stride in new[] { 1, 2, 3 })
        foreach (int c in new[] { 3, 8, 20 })
            yield return Make(2, c, 9, 9, 24, kernel, stride, kernel / 2, 1);

        foreach (int dilation in new[] { 2, 6, 12, 18 })
        foreach (int stride in new[] { 1, 2 })
            yield return Make(1, 17, 16, 19, 33, 3, stride, dilation, dilation);

        yield return Make(3, 8, 1, 1, 8, 3, 1, 1, 1);
        yield return Make(1, 33, 1, 1, 64, 3, 2, 1, 1);
        yield return Make(1, 3, 1, 40, 4, 3, 1, 1, 1);
        yield return Make(2, 16, 40, 1, 16, 3, 1, 1, 1);
        yield return Make(1, 16, 9, 9, 32, 1, 2, 0, 1);
        yield return Make(1, 8, 33, 130, 8, 3, 1, 1, 1);

        // Blocks that are half used, and rows of which some, but not all, count as one.
        yield return Make(2, 40, 12, 100, 24, 1, 1, 0, 1);
        yield return Make(1, 24, 8, 50, 72, 1, 1, 0, 1);

        // Pictures: taller than the rows that are read at once, wider than one tile, spread taps, more taps than a tile has rows, no pixel that
        // reads inside with all taps, columns that are merged though taps are spread.
        yield return Make(2, 3, 40, 90, 32, 3, 2, 1, 1);
        yield return Make(1, 3, 30, 70, 8, 7, 2, 3, 1);
        yield return Make(2, 2, 25, 33, 20, 3, 1, 2, 2);
        yield return Make(1, 3, 4, 3, 8, 7, 1, 3, 1);
        yield return Make(1, 3, 15, 16, 8, 3, 2, 2, 2);
        yield return Make(1, 2, 14, 31, 40, 5, 3, 4, 2);
        yield return new ConvolutionShape(1, 3, 6, 13, 8, 6, 6, 3, 5, 1, 2, 1, 1, 1, 1, 1);
        yield return new ConvolutionShape(1, 3, 9, 17, 16, 9, 17, 3, 3, 1, 1, 1, 1, 1, 1, 1);

        // A 2x2 kernel after nearest upsampling: one row and column of zeros below and to the right only.
        yield return new ConvolutionShape(2, 32, 10, 14, 16, 10, 14, 2, 2, 1, 1, 0, 0, 1, 1, 1);
        yield return new ConvolutionShape(1, 16, 6, 6, 8, 6, 6, 2, 2, 1, 1, 0, 0, 1, 1, 1);

        // Unlike in both directions; padding beyond the kernel; a stride that leaves inputs unread.
        yield return new ConvolutionShape(1, 9, 12, 17, 12, 6, 20, 3, 2, 2, 1, 2, 3, 1, 2, 1);
        yield return new ConvolutionShape(1, 8, 9, 10, 8, 3, 3, 1, 1, 3, 4, 0, 0, 1, 1, 1);
    }

    private static IEnumerable<ConvolutionShape> DepthwiseShapes()
    {
        foreach (int c in new[] { 3, 8, 9, 16, 40 })
        foreach (int kernel in new[] { 2, 3, 5 })
        foreach (int stride in new[] { 1, 2, 3 })
        foreach (int dilation in new[] { 1, 2, 6 })
            yield return Make(2, c, 13, 15, c, kernel, stride, kernel / 2 * dilation, dilation) with { Groups = c };
        yield return Make(1, 24, 1, 1, 24, 3, 1, 1, 1) with { Groups = 24 };
        yield return Make(1, 16, 40, 130, 16, 3, 1, 1, 1) with { Groups = 16 };

        // Pairs of rows: an odd row, rows and columns fewer than the dilation, all paddings up to the window and one beyond it, which goes another way.
        foreach (int padding in new[] { 0, 1, 2, 3, 4, 5 })
            yield return Make(2, 24, 5, 7, 24, 3, 1, padding, 2) with { Groups = 24 };
        yield return Make(1, 24, 2, 3, 24, 3, 1, 4, 4) with { Groups = 24 };
        yield return Make(1, 8, 3, 2, 8, 3, 1, 2, 1) with { Groups = 8 };
        yield return new ConvolutionShape(1, 16, 6, 9, 16, 6, 9, 3, 3, 1, 1, 2, 0, 1, 1, 16);
        yield return new ConvolutionShape(1, 16, 6, 9, 16, 6, 9, 3, 3, 1, 1, 0, 2, 1, 1, 16);
        yield return new ConvolutionShape(1, 16, 9, 20, 16, 5, 14, 3, 3, 1, 1, 0, 0, 2, 3, 16);
    }

    [Test]
    public void Results_that_are_written_around_the_caches_are_those_that_are_not()
    {
        // One picture stays in the caches; of two, one row of each pair goes around; of four, both do. The last row has no partner.
        ConvolutionShape single = Make(1, 32, 95, 400, 32, 3, 1, 1, 1) with { Groups = 32 };
        HostTensor weight = HostTensor.Random(single.Weight, 2), picture = HostTensor.Random(single.Input, 1);
        using var device = new CpuDevice(2);
        float[] expected = Forward(1);
        foreach (int batch in new[] { 2, 4 })
        {
            float[] all = Forward(batch);
            for (int image = 0; image < batch; image++)
                Assert.That(all.AsSpan(image * expected.Length, expected.Length).SequenceEqual(expected), $"picture {image} of {batch}");
        }

        float[] Forward(int batch)
        {
            ConvolutionShape shape = single with { Batch = batch };
            HostTensor pictures = new(shape.Input);
            for (int image = 0; image < batch; image++)
                picture.Values.CopyTo(pictures.Values, image * picture.Values.Length);
            TensorView output = HostTensor.Unwritten(device, shape.Output, 16);
            ConvolutionCpu.Forward(device, shape, pictures.On(device, 16), weight.On(device, 1), default, output);
            return HostTensor.Read(device, output).Values;
        }
    }

    [Test]
    public void Stores_go_around_the_caches_in_the_share_that_does_not_fit()
    {
        Assert.That(Count(14, 0), Is.Zero);
        Assert.That(Count(9, 5), Is.Zero);
        Assert.That(Count(14, 5), Is.EqualTo(100));
        Assert.That(Count(9, 10), Is.EqualTo(50));
        Assert.That(Count(0, 16), Is.EqualTo(50));
        Assert.That(Count(5, 20), Is.EqualTo(80));
        Assert.That(Count(0, 12), Is.Zero);
        Assert.That(Count(0, 8, gradientFollows: true), Is.EqualTo(25));
        Assert.That(Count(20, 20), Is.EqualTo(100));

        static int Count(int sourceMegabytes, int destinationMegabytes, bool gradientFollows = false)
        {
            var around = new StoresAround(Megabytes(sourceMegabytes), Megabytes(destinationMegabytes), gradientFollows);
            int count = Enumerable.Range(0, 100).Count(around.Of);
            Assert.That(around.Rows(100), Is.EqualTo(count));
            Assert.That(around.Any, Is.EqualTo(count > 0));
            return count;
        }

        static ChannelPlanes Megabytes(int count) => new(default, new TensorLayout(count, 16, 128, 128, 16));
    }

    private static (int Source, int Destination)[] WinogradChannels()
    {
        (int, int)[] always = [(16, 16), (17, 40), (32, 32), (33, 64), (64, 40), (48, 128), (100, 96), (16, 136)];
        return Vector512.IsHardwareAccelerated ? [(8, 16), (16, 8), (8, 40), (12, 12), .. always] : always;
    }

    private static IEnumerable<ConvolutionShape> WinogradShapes()
    {
        foreach ((int c, int k) in WinogradChannels())
        foreach ((int height, int width) in new[] { (4, 8), (5, 8), (13, 61), (31, 18) })
            yield return Make(2, c, height, width, k, 3, 1, 1, 1);
        yield return Make(1, 64, 18, 22, 64, 3, 1, 0, 1);
        yield return Make(1, 64, 14, 14, 64, 3, 1, 2, 1);
        yield return Make(1, 64, 14, 14, 64, 3, 1, 4, 1);
        yield return new ConvolutionShape(1, 32, 12, 16, 32, 12, 16, 3, 3, 1, 1, 0, 2, 1, 1, 1);

        // Dilated: even and uneven remainders, padding that is no multiple of the dilation, one direction only.
        yield return Make(1, 128, 8, 8, 136, 3, 1, 2, 2);
        yield return Make(2, 136, 11, 9, 128, 3, 1, 2, 2);
        yield return Make(1, 128, 13, 12, 128, 3, 1, 1, 2);
        yield return Make(1, 128, 24, 11, 128, 3, 1, 3, 3);
        yield return new ConvolutionShape(1, 128, 8, 12, 128, 8, 12, 3, 3, 1, 1, 1, 3, 1, 3, 1);
    }

    [Test]
    public void Tiles_hold_every_output_once([Range(1, 30)] int length, [Values(1, 2, 3, 6, 7)] int dilation)
    {
        WinogradAxis axis = new(length, dilation);
        int[] starts = [.. Enumerable.Range(0, axis.Count).Select(axis.Start)];
        IEnumerable<int> outputs = starts.SelectMany(start => Enumerable.Range(0, axis.Inside(start)).Select(i => start + (i * dilation)));
        Assert.That(outputs.Order(), Is.EqualTo(Enumerable.Range(0, length)));
        Assert.That(starts.Select(axis.Next), Is.EqualTo(starts.Skip(1).Append(axis.Next(starts[^1]))));
        Assert.That(axis.Next(starts[^1]), Is.GreaterThanOrEqualTo(length));
    }

    [Test]
    public void Dilated_convolutions_go_by_tiles_where_these_save_multiplications()
    {
        static bool Tiled(ConvolutionShape shape) => WinogradConvolution.Supports(shape, Planes(shape.Input), Planes(shape.Output));
        Assert.That(Tiled(Make(4, 512, 32, 32, 256, 3, 1, 6, 6)), "5184 products, 7056 multiplications");
        Assert.That(Tiled(Make(4, 512, 32, 32, 256, 3, 1, 12, 12)), Is.False, "5184 products, 5184 multiplications");
        Assert.That(Tiled(Make(4, 64, 32, 32, 256, 3, 1, 6, 6)), Is.False, "few channels");
    }

    /// <summary>Those that F(2,3) computes, with AVX-512 only: it adds neighbours before it multiplies, so an element errs by shares of its neighbours.</summary>
    private static IEnumerable<ConvolutionShape> RowPairShapes() => DepthwiseShapes().Where(IsRowPair);

    private static IEnumerable<ConvolutionShape> OtherDepthwiseShapes() => DepthwiseShapes().Where(shape => !IsRowPair(shape));

    private static bool IsRowPair(ConvolutionShape shape) => Vector512.IsHardwareAccelerated && shape is { KernelHeight: 3, KernelWidth: 3, StrideY: 1, StrideX: 1 };

    [TestCaseSource(nameof(RowPairShapes))]
    public void Row_pairs_err_little_against_the_root_mean_square(ConvolutionShape shape) => Check(shape, integers: false, 2e-6, ofRootMeanSquare: true);

    [TestCaseSource(nameof(Shapes))]
    [TestCaseSource(nameof(OtherDepthwiseShapes))]
    public void Every_pass_agrees_with_the_sum_of_all_products(ConvolutionShape shape) => Check(shape, integers: false, 3e-7);

    [TestCaseSource(nameof(Shapes))]
    [TestCaseSource(nameof(DepthwiseShapes))]
    public void Small_integers_come_out_exact(ConvolutionShape shape) => Check(shape, integers: true, 0);

    [TestCaseSource(nameof(WinogradShapes))]
    public void Winograd_errs_little_against_the_root_mean_square(ConvolutionShape shape)
    {
        Assert.That(WinogradConvolution.Supports(shape, Planes(shape.Input), Planes(shape.Output)));
        Check(shape, integers: false, 1e-5 * Math.Sqrt(Math.Max(shape.InputChannels, shape.OutputChannels)), ofRootMeanSquare: true);
    }

    [TestCase(8, 1)]
    [TestCase(20, 1)]
    [TestCase(40, 1)]
    [TestCase(24, 24)]
    public void A_folded_normalisation_scales_shifts_and_rectifies(int channels, int groups)
    {
        ConvolutionShape shape = Make(2, channels, 12, 13, channels, 3, 1, 1, 1) with { Groups = groups };
        HostTensor input = HostTensor.Random(shape.Input, 1), weight = HostTensor.Random(shape.Weight, 2);
        HostTensor scale = HostTensor.Random(TensorShape.Vector(channels), 3), shift = HostTensor.Random(TensorShape.Vector(channels), 4);
        var oracle = new ConvolutionOracle(shape, input, weight, new HostTensor(shape.Output), bias: null);
        using var device = new CpuDevice(2);
        int block = device.ChannelBlock(channels);
        TensorView output = HostTensor.Unwritten(device, shape.Output, block);
        ConvolutionCpu.Forward(
            device, shape, input.On(device, block), weight.On(device, 1), scale.On(device, 1).Data, shift.On(device, 1).Data, relu: true, output);
        int pixels = shape.OutputHeight * shape.OutputWidth;
        double[] expected = [.. oracle.Output.Select((sum, i) => Math.Max(0, (sum * scale.Values[i / pixels % channels]) + shift.Values[i / pixels % channels]))];
        HostTensor.Read(device, output).AssertNear(expected, [.. oracle.OutputMagnitude.Select(m => m + 1)], 3e-6, "output");
    }

    [TestCase(8, 3)]
    [TestCase(16, 3)]
    [TestCase(16, 1)]
    public void A_rectifier_lets_what_is_not_a_number_through(int channels, int kernel)
    {
        ConvolutionShape shape = Make(1, channels, 12, 13, channels, kernel, 1, kernel / 2, 1);
        HostTensor input = HostTensor.Random(shape.Input, 1), weight = HostTensor.Random(shape.Weight, 2);
        input.Values[(6 * 13) + 6] = float.NaN;
        using var device = new CpuDevice(2);
        int block = device.ChannelBlock(channels);
        TensorView output = HostTensor.Unwritten(device, shape.Output, block);
        ConvolutionCpu.Forward(device, shape, input.On(device, block), weight.On(device, 1), default, default, relu: true, output);
        Assert.That(HostTensor.Read(device, output).Values.Where((_, i) => i % (12 * 13) == (6 * 13) + 6), Is.All.NaN);
    }

    [Test]
    public void The_bias_gradient_is_the_sum_of_a_channel([Values(1, 8, 17, 32)] int channels, [Values(1, 9, 70)] int width)
    {
        HostTensor gradient = HostTensor.Random(new TensorShape(2, channels, 65, width), 1, integers: true);
        using var device = new CpuDevice(2);
        TensorView sums = HostTensor.Unwritten(device, TensorShape.Vector(channels), 1);
        ConvolutionCpu.BackwardBias(device, gradient.On(device, device.ChannelBlock(channels)), sums.Data);
        int pixels = 65 * width;
        float[] expected = [.. Enumerable.Range(0, channels).Select(c => gradient.Values.Where((_, i) => i / pixels % channels == c).Sum())];
        Assert.That(HostTensor.Read(device, sums).Values, Is.EqualTo(expected));
    }

    [Test]
    public void The_number_of_threads_changes_no_bit()
    {
        foreach (ConvolutionShape shape in new[] { Make(2, 17, 40, 61, 33, 3, 1, 1, 1), Make(2, 48, 40, 61, 33, 3, 1, 1, 1), Make(1, 20, 50, 60, 20, 3, 2, 1, 1) with { Groups = 20 }, Make(2, 20, 50, 60, 20, 3, 1, 2, 2) with { Groups = 20 }, Make(2, 3, 64, 96, 8, 3, 2, 1, 1), Make(1, 64, 16, 40, 64, 1, 1, 0, 1), Make(2, 16, 80, 96, 16, 3, 1, 1, 1), Make(2, 8, 40, 61, 16, 3, 1, 1, 1), Make(1, 96, 24, 24, 128, 3, 1, 1, 1), Make(1, 128, 16, 17, 128, 3, 1, 2, 2), Make(2, 72, 8, 50, 88, 1, 1, 0, 1) })
        {
            float[][] results = [.. new[] { 1, 2, 3 }.Select(threads => Passes(shape, threads))];
            Assert.That(results[1], Is.EqualTo(results[0]));
            Assert.That(results[2], Is.EqualTo(results[0]));
        }
    }

    private static ConvolutionShape Make(int n, int c, int h, int w, int k, int kernel, int stride, int padding, int dilation)
    {
        int reach = (kernel - 1) * dilation;
        return new ConvolutionShape(
            n, c, h, w, k, ((h + (2 * padding) - reach - 1) / stride) + 1, ((w + (2 * padding) - reach - 1) / stride) + 1,
            kernel, kernel, stride, stride, padding, padding, dilation, dilation, 1);
    }

    private static ChannelPlanes Planes(TensorShape shape) => new(default, new TensorLayout(shape, 16));

    private static void Check(ConvolutionShape shape, bool integers, double tolerance, bool ofRootMeanSquare = false)
    {
        HostTensor input = HostTensor.Random(shape.Input, 1, integers);
        HostTensor weight = HostTensor.Random(shape.Weight, 2, integers);
        HostTensor gradient = HostTensor.Random(shape.Output, 3, integers);
        HostTensor bias = HostTensor.Random(TensorShape.Vector(shape.OutputChannels), 4, integers);
        var oracle = new ConvolutionOracle(shape, input, weight, gradient, bias.Values);
        using var device = new CpuDevice(2);
        TensorView weightView = weight.On(device, 1);
        TensorView gradientView = gradient.On(device, device.ChannelBlock(shape.OutputChannels));
        int own = device.ChannelBlock(shape.InputChannels);
        double[] Magnitude(double[] values, double[] magnitudes) =>
            ofRootMeanSquare ? [.. Enumerable.Repeat(Math.Sqrt(values.Average(v => v * v)), values.Length)] : magnitudes;
        foreach (int inputBlock in shape.InputChannels <= 3 && shape.Groups == 1 ? new[] { 1, own } : [own])
        {
            TensorView inputView = input.On(device, inputBlock);
            Assert.That(ConvolutionCpu.Supports(shape, inputView.Layout, gradientView.Layout));

            TensorView output = HostTensor.Unwritten(device, shape.Output, gradientView.Layout.ChannelBlock);
            ConvolutionCpu.Forward(device, shape, inputView, weightView, bias.On(device, 1).Data, output);
            HostTensor.Read(device, output).AssertNear(oracle.Output, Magnitude(oracle.Output, oracle.OutputMagnitude), tolerance, "output");

            TensorView weightGradient = HostTensor.Unwritten(device, shape.Weight, 1);
            ConvolutionCpu.BackwardWeight(device, shape, inputView, gradientView, weightGradient);
            HostTensor.Read(device, weightGradient).AssertNear(oracle.WeightGradient, Magnitude(oracle.WeightGradient, oracle.WeightGradientMagnitude), tolerance, "weight gradient");

            TensorView inputGradient = HostTensor.Unwritten(device, shape.Input, inputBlock);
            ConvolutionCpu.BackwardInput(device, shape, gradientView, weightView, inputGradient);
            HostTensor.Read(device, inputGradient).AssertNear(oracle.InputGradient, Magnitude(oracle.InputGradient, oracle.InputGradientMagnitude), tolerance, "input gradient");
        }
    }

    private static float[] Passes(ConvolutionShape shape, int threads)
    {
        using var device = new CpuDevice(threads);
        TensorView input = HostTensor.Random(shape.Input, 1).On(device, shape.InputChannels <= 3 ? 1 : device.ChannelBlock(shape.InputChannels));
        TensorView weight = HostTensor.Random(shape.Weight, 2).On(device, 1);
        TensorView gradient = HostTensor.Random(shape.Output, 3).On(device, device.ChannelBlock(shape.OutputChannels));
        TensorView output = HostTensor.Unwritten(device, shape.Output, gradient.Layout.ChannelBlock);
        TensorView inputGradient = HostTensor.Unwritten(device, shape.Input, input.Layout.ChannelBlock);
        TensorView weightGradient = HostTensor.Unwritten(device, shape.Weight, 1);
        ConvolutionCpu.Forward(device, shape, input, weight, default, output);
        ConvolutionCpu.BackwardInput(device, shape, gradient, weight, inputGradient);
        ConvolutionCpu.BackwardWeight(device, shape, input, gradient, weightGradient);
        return [.. new[] { output, inputGradient, weightGradient }.SelectMany(view => HostTensor.Read(device, view).Values)];
    }
}
