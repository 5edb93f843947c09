using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Dialect;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Convolution;

namespace SegFromScratch.Tests.Cpu;

/// <summary>The convolutions of the cpu device against plain loops in double.</summary>
[TestFixture]
internal sealed class ConvolutionCpuTests
{
    private static readonly int[] s_channels = [1, 3, 4, 7, 8, 9, 16, 17, 31, 32, 33, 64];

    private static IEnumerable<ConvolutionShape> Shapes()
    {
        foreach (int c in s_channels)
        {
            foreach (int k in s_channels)
                yield return Make(1 + ((c + k) % 2), c, 5, 7 + (k % 3), k, 3, 1, 1, 1);
        }

        foreach (int kernel in new[] { 1, 2, 3, 5, 7 })
        foreach (int stride in new[] { 1, 2, 3 })
        foreach (int c in new[] { 3, 8, 20 })
            yield return Make(2, c, 11, 13, 24, kernel, stride, kernel / 2, 1);

        foreach (int dilation in new[] { 2, 6, 12, 18 })
        foreach (int stride in new[] { 1, 2 })
            yield return Make(1, 17, 16, 19, 33, 3, stride, dilation, dilation);

        yield return Make(3, 8, 1, 1, 8, 3, 1, 1, 1);
        yield return Make(1, 33, 1, 1, 64, 3, 2, 1, 1);
        yield return Make(1, 3, 1, 40, 4, 3, 1, 1, 1);
        yield return Make(2, 16, 40, 1, 16, 3, 1, 1, 1);
        yield return Make(1, 16, 9, 9, 32, 1, 2, 0, 1);
        yield return Make(1, 8, 33, 130, 8, 3, 1, 1, 1);
        yield return Make(1, 64, 13, 61, 128, 3, 1, 1, 1);

        // A 2x2 kernel after nearest upsampling: one row and column of zeros below and to the right only.
        yield return new ConvolutionShape(2, 32, 10, 14, 16, 10, 14, 2, 2, 1, 1, 0, 0, 1, 1, 1);
        yield return new ConvolutionShape(1, 16, 6, 6, 8, 6, 6, 2, 2, 1, 1, 0, 0, 1, 1, 1);

        // Unlike in both directions; padding beyond the kernel; a stride that leaves inputs unread.
        yield return new ConvolutionShape(1, 9, 12, 17, 12, 6, 20, 3, 2, 2, 1, 2, 3, 1, 2, 1);
        yield return new ConvolutionShape(1, 8, 9, 10, 8, 3, 3, 1, 1, 3, 4, 0, 0, 1, 1, 1);
    }

    [TestCaseSource(nameof(Shapes))]
    public void Every_pass_agrees_with_the_sum_of_all_products(ConvolutionShape shape) => Check(shape, integers: false, 3e-7);

    [TestCaseSource(nameof(Shapes))]
    public void Small_integers_come_out_exact(ConvolutionShape shape) => Check(shape, integers: true, 0);

    [Test]
    public void The_number_of_threads_changes_no_bit()
    {
        foreach (ConvolutionShape shape in new[] { Make(2, 17, 40, 61, 33, 3, 1, 1, 1), Make(2, 3, 64, 96, 8, 3, 2, 1, 1), Make(1, 64, 16, 40, 64, 1, 1, 0, 1) })
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

    private static void Check(ConvolutionShape shape, bool integers, double tolerance)
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
        foreach (int inputBlock in shape.InputChannels <= 3 ? new[] { 1, own } : [own])
        {
            TensorView inputView = input.On(device, inputBlock);
            Assert.That(ConvolutionCpu.Supports(shape, inputView.Layout, gradientView.Layout));

            TensorView output = HostTensor.Unwritten(device, shape.Output, gradientView.Layout.ChannelBlock);
            ConvolutionCpu.Forward(device, shape, inputView, weightView, bias.On(device, 1).Data, output);
            HostTensor.Read(device, output).AssertNear(oracle.Output, oracle.OutputMagnitude, tolerance, "output");

            TensorView weightGradient = HostTensor.Unwritten(device, shape.Weight, 1);
            ConvolutionCpu.BackwardWeight(device, shape, inputView, gradientView, weightGradient);
            HostTensor.Read(device, weightGradient).AssertNear(oracle.WeightGradient, oracle.WeightGradientMagnitude, tolerance, "weight gradient");

            TensorView inputGradient = HostTensor.Unwritten(device, shape.Input, inputBlock);
            ConvolutionCpu.BackwardInput(device, shape, gradientView, weightView, inputGradient);
            HostTensor.Read(device, inputGradient).AssertNear(oracle.InputGradient, oracle.InputGradientMagnitude, tolerance, "input gradient");
        }
    }

    private static float[] Passes(ConvolutionShape shape, int threads)
    {
        using var device = new CpuDevice(threads);
        TensorView input = HostTensor.Random(shape.Input, 1).On(device, device.ChannelBlock(shape.InputChannels));
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
