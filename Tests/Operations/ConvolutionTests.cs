using SegFromScratch.Engine.Devices.Debug;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.TransposedConvolution;

namespace SegFromScratch.Tests.Operations;

/// <summary>What cases of random numbers do not show: worked examples, both frameworks' alignments, what is refused, what is not computed.</summary>
public sealed class ConvolutionTests
{
    private static readonly float[] s_ramp = [1, 2, 3, 4, 5, 6, 7, 8, 9];

    [Test]
    public void Same_padding_with_stride_two_puts_windows_one_pixel_later_than_symmetric_padding()
    {
        // A window that only passes its centre on shows where the windows lie.
        float[] centre = [0, 0, 0, 0, 1, 0, 0, 0, 0];
        float[] image = [.. Enumerable.Range(0, 16).Select(i => (float)i)];
        Assert.Multiple(() =>
        {
            Assert.That(Convolve(image, 4, centre, ConvolutionOptions.Symmetric(1, stride: 2)), Is.EqualTo((float[])[0, 2, 8, 10]));
            Assert.That(Convolve(image, 4, centre, ConvolutionOptions.Same(stride: 2)), Is.EqualTo((float[])[5, 7, 13, 15]));
            Assert.That(Convolve(image, 4, centre, ConvolutionOptions.Valid()), Is.EqualTo((float[])[5, 6, 9, 10]));
        });
    }

    [Test]
    public void The_window_is_not_flipped()
    {
        Assert.That(Convolve(s_ramp, 3, s_ramp, ConvolutionOptions.Symmetric(1))[0], Is.EqualTo((5 * 1) + (6 * 2) + (8 * 4) + (9 * 5)));
    }

    [Test]
    public void Transposed_convolution_crops_as_each_framework_does()
    {
        // The full result of stamping 1..9 scaled by 1, 2, 3, 5 two pixels apart:
        //  1  2  5  4  6
        //  4  5 14 10 12
        // 10 14 37 26 33
        // 12 15 38 25 30
        // 21 24 62 40 45
        Assert.Multiple(() =>
        {
            Assert.That(
                Stamp(TransposedConvolutionOptions.Symmetric(stride: 2, padding: 1, outputPadding: 1)),
                Is.EqualTo((float[])[5, 14, 10, 12, 14, 37, 26, 33, 15, 38, 25, 30, 24, 62, 40, 45]));
            Assert.That(
                Stamp(TransposedConvolutionOptions.Same(kernel: 3, stride: 2)),
                Is.EqualTo((float[])[1, 2, 5, 4, 4, 5, 14, 10, 10, 14, 37, 26, 12, 15, 38, 25]));
        });
    }

    [Test]
    public void Transposed_convolution_does_not_exchange_rows_and_columns()
    {
        // Of the full result above: without its first column and last two rows; then first rows of others.
        Assert.Multiple(() =>
        {
            Assert.That(
                Stamp(new TransposedConvolutionOptions { StrideY = 2, StrideX = 2, CropLeft = 1, CropBottom = 2 }),
                Is.EqualTo((float[])[2, 5, 4, 6, 5, 14, 10, 12, 14, 37, 26, 33]));
            Assert.That(Stamp(new TransposedConvolutionOptions { StrideY = 2, StrideX = 3, CropBottom = 4 }), Is.EqualTo((float[])[1, 2, 3, 2, 4, 6]));
            Assert.That(Stamp(new TransposedConvolutionOptions { DilationX = 2, CropBottom = 3 }), Is.EqualTo((float[])[1, 2, 2, 4, 3, 6]));
        });
    }

    [Test]
    public void Convolution_does_not_exchange_rows_and_columns()
    {
        // Rows -1, 1, 3 and columns 0, 3 of 0..15; then taps on rows 0, 2 and columns 0, 1 of 1..6.
        var strided = new ConvolutionOptions { StrideY = 2, StrideX = 3, Padding = new WindowPadding(Top: 1, Bottom: 0, Left: 0, Right: 0) };
        float[] image = [.. Enumerable.Range(0, 16).Select(i => (float)i)];
        Assert.Multiple(() =>
        {
            Assert.That(Convolve(image, 4, [1], strided), Is.EqualTo((float[])[0, 0, 4, 7, 12, 15]));
            Assert.That(Convolve([1, 2, 3, 4, 5, 6], 2, [1, 10, 100, 1000], new ConvolutionOptions { DilationY = 2 }), Is.EqualTo((float[])[6521]));
        });
    }

    [Test]
    public void The_adjoint_identity_joins_convolution_and_transposed_convolution()
    {
        // <A x, y> = <x, A^T y>: the reference that stamps and the reference that slides are each other's transpose.
        var random = new CheckRandom("adjoint");
        TensorShape weightShape = new(6, 2, 3, 2);
        ConvolutionShape shape = ConvolutionShape.Create(new(2, 4, 7, 6), weightShape, ConvolutionOptions.Symmetric(1, stride: 2, dilation: 2, groups: 2));
        HostTensor<double> x = random.SmallIntegers(shape.Input), y = random.SmallIntegers(shape.Output), weight = random.SmallIntegers(weightShape);
        double forward = Dot(ConvolutionReference.Forward(shape, x, weight, null), y);
        double transposed = Dot(x, TransposedConvolutionReference.Forward(shape, y, weight, null));
        Assert.That(forward, Is.EqualTo(transposed).And.Not.Zero);
    }

    [Test]
    public void What_nobody_trains_gets_no_gradient()
    {
        using var device = new DebugDevice();
        using var step = new Step(device, training: true);
        Tensor input = step.Input(new(1, 1, 3, 3), s_ramp, "x");
        Tensor weight = step.Input(new(1, 1, 3, 3), s_ramp, "weight", requiresGradient: true);
        Tensor bias = step.Input(TensorShape.Vector(1), [1], "bias");
        Tensor output = Convolution.Apply(step, input, weight, bias);
        step.Backward(output);
        Assert.Multiple(() =>
        {
            Assert.That(weight.Gradient!.ToArray(), Is.EqualTo(s_ramp));
            Assert.That(input.Gradient, Is.Null);
            Assert.That(bias.Gradient, Is.Null);
        });
    }

    [Test]
    public void Shapes_that_do_not_fit_are_refused_in_words()
    {
        Assert.Multiple(() =>
        {
            Refuses("3 groups do not divide 4 input channels", new(1, 4, 5, 5), new(6, 1, 3, 3), ConvolutionOptions.Valid(groups: 3));
            Refuses("reads 4 channels a group", new(1, 4, 5, 5), new(6, 4, 3, 3), ConvolutionOptions.Valid(groups: 2));
            Refuses("does not fit", new(1, 4, 5, 5), new(6, 4, 3, 3), ConvolutionOptions.Valid(dilation: 3));
            Refuses("must all be at least 1", new(1, 4, 5, 5), new(6, 4, 3, 3), ConvolutionOptions.Valid(stride: 0));
            Assert.That(() => TransposedConvolutionOptions.Symmetric(stride: 2, outputPadding: 2), Throws.ArgumentException.With.Message.Contains("output padding 2"));
            Assert.That(
                () => TransposedConvolutionShape.Create(new(1, 3, 4, 4), new(4, 2, 3, 3), TransposedConvolutionOptions.Default),
                Throws.ArgumentException.With.Message.Contains("takes 4 channels"));
        });
    }

    [Test]
    public void A_bias_of_the_wrong_length_is_refused()
    {
        using var device = new DebugDevice();
        using var step = new Step(device, training: false);
        Tensor input = step.Input(new(1, 1, 3, 3), s_ramp, "x");
        Tensor weight = step.Input(new(1, 1, 3, 3), s_ramp, "weight");
        Tensor bias = step.Input(TensorShape.Vector(2), [1, 2], "bias");
        Assert.That(() => Convolution.Apply(step, input, weight, bias), Throws.ArgumentException.With.Message.Contains("bias"));
    }

    private static void Refuses(string because, TensorShape input, TensorShape weight, ConvolutionOptions options) =>
        Assert.That(() => ConvolutionShape.Create(input, weight, options), Throws.ArgumentException.With.Message.Contains(because));

    private static float[] Convolve(float[] image, int width, float[] weight, ConvolutionOptions options)
    {
        int kernel = (int)Math.Sqrt(weight.Length);
        using var device = new DebugDevice();
        using var step = new Step(device, training: false);
        return Convolution.Apply(step, step.Input(new(1, 1, image.Length / width, width), image, "x"), step.Input(new(1, 1, kernel, kernel), weight, "weight"), bias: null, options).ToArray();
    }

    private static float[] Stamp(TransposedConvolutionOptions options)
    {
        using var device = new DebugDevice();
        using var step = new Step(device, training: false);
        return TransposedConvolution.Apply(step, step.Input(new(1, 1, 2, 2), [1, 2, 3, 5], "x"), step.Input(new(1, 1, 3, 3), s_ramp, "weight"), bias: null, options).ToArray();
    }

    private static double Dot(HostTensor<double> a, HostTensor<double> b) => a.Values.Zip(b.Values, (left, right) => left * right).Sum();
}
