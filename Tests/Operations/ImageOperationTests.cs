using SegFromScratch.Engine.Devices.Debug;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Concatenation;
using SegFromScratch.Kernels.Cropping;
using SegFromScratch.Kernels.Interpolation;
using SegFromScratch.Kernels.Padding;

namespace SegFromScratch.Tests.Operations;

/// <summary>Worked examples of interpolation, padding, cropping and concatenation, and what they refuse.</summary>
public sealed class ImageOperationTests
{
    // The image 1 2 / 3 5 at 3 rows and 4 columns; PyTorch gives the same.
    [TestCase(InterpolationMode.Nearest, new float[] { 1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 5, 5 })]
    [TestCase(InterpolationMode.Bilinear, new[] { 1, 1.25f, 1.75f, 2, 2, 2.375f, 3.125f, 3.5f, 3, 3.5f, 4.5f, 5 })]
    [TestCase(InterpolationMode.BilinearAlignCorners, new[] { 1, 4 / 3f, 5 / 3f, 2, 2, 2.5f, 3, 3.5f, 3, 11 / 3f, 13 / 3f, 5 })]
    public void Interpolation_reads_where_its_mode_says(InterpolationMode mode, float[] expected) =>
        Assert.That(Run(2, [1, 2, 3, 5], (step, input) => Interpolation.Apply(step, input, 3, 4, mode)), Is.EqualTo(expected).Within(1e-6));

    // PyTorch multiplies by 2 / 82 in float32: output 41 reads pixel 0, where 41 * 2 / 82 in whole numbers is 1.
    [Test]
    public void Nearest_rounds_as_PyTorch_does()
    {
        float[] output = Run(2, [0, 1], (step, input) => Interpolation.Apply(step, input, 1, 82, InterpolationMode.Nearest));
        Assert.That((output[40], output[41], output[42]), Is.EqualTo((0f, 0f, 1f)));
    }

    [Test]
    public void Bilinear_fractions_stay_exact_far_from_the_origin()
    {
        // An image of 15000 pixels doubled: output 2i + 1 lies a quarter of the way from pixel i to i + 1.
        BilinearAxis axis = BilinearAxis.HalfPixel(15000, 30000);
        Assert.That((axis.Lower(29001), axis.Fraction(29001, 14500)), Is.EqualTo((14500, 0.25f)));
    }

    [TestCase(PaddingMode.Constant, new float[] { 9, 9, 1, 2, 3, 9 })]
    [TestCase(PaddingMode.Reflect, new float[] { 3, 2, 1, 2, 3, 2 })]
    [TestCase(PaddingMode.Replicate, new float[] { 1, 1, 1, 2, 3, 3 })]
    public void Padding_holds_what_its_mode_says(PaddingMode mode, float[] expected) =>
        Assert.That(Run(3, [1, 2, 3], (step, input) => Padding.Apply(step, input, new PaddingSizes(0, 0, 2, 1), mode, 9)), Is.EqualTo(expected));

    [Test]
    public void The_centre_window_of_an_odd_surplus_leaves_the_larger_half_at_the_end() =>
        Assert.That(CropWindow.Centre(new(1, 1, 63, 65), 56, 56), Is.EqualTo(new CropWindow(3, 4, 56, 56)));

    [Test]
    public void A_tensor_concatenated_with_itself_gets_both_gradients()
    {
        using var device = new DebugDevice();
        using var step = new Step(device, training: true, channelBlock: 4);
        Tensor input = step.Create(new TensorShape(1, 3, 1, 1), "x", requiresGradient: true);
        input.Write([1, 2, 3]);
        Tensor output = Concatenation.Apply(step, input, input);
        Tensor cotangent = step.CreateGradient(output);
        cotangent.Write([1, 2, 3, 10, 20, 30]);
        step.Backward(output, cotangent);
        Assert.Multiple(() =>
        {
            Assert.That(output.ToArray(), Is.EqualTo((float[])[1, 2, 3, 1, 2, 3]));
            Assert.That(input.Gradient!.ToArray(), Is.EqualTo((float[])[11, 22, 33]));
        });
    }

    [Test]
    public void What_makes_no_sense_is_refused_in_words()
    {
        Assert.Multiple(() =>
        {
            Refuses("sizes must be at least 1", (step, input) => Interpolation.Apply(step, input, 0, 4, InterpolationMode.Nearest));
            Refuses("at most 1 beyond each edge", (step, input) => Padding.Apply(step, input, new PaddingSizes(2, 0, 0, 0), PaddingMode.Reflect));
            Refuses("crop instead", (step, input) => Padding.Apply(step, input, new PaddingSizes(0, 0, -1, 0)));
            Refuses("does not lie in 'x'", (step, input) => Cropping.Apply(step, input, new CropWindow(1, 0, 2, 1)));
            Refuses("only the channels may differ", (step, input) => Concatenation.Apply(step, input, step.Create(new TensorShape(1, 1, 2, 3), "wide")));
            Refuses("at least one tensor", (step, _) => Concatenation.Apply(step));
        });
    }

    private static void Refuses(string because, Func<Step, Tensor, Tensor> operation) =>
        Assert.That(() => Run(2, [1, 2, 3, 4], operation), Throws.ArgumentException.With.Message.Contains(because));

    private static float[] Run(int width, float[] image, Func<Step, Tensor, Tensor> operation)
    {
        using var device = new DebugDevice();
        using var step = new Step(device, training: false);
        return operation(step, step.Input(new(1, 1, image.Length / width, width), image, "x")).ToArray();
    }
}
