using SegFromScratch.Kernels.Convolution;

namespace SegFromScratch.Tests.Operations;

public sealed class WindowAxisTests
{
    // Sizes and padding of TensorFlow's padding="same", by its published formula worked by hand.
    [TestCase(8, 3, 2, 1, 4, 0, 1)]
    [TestCase(9, 3, 2, 1, 5, 1, 1)]
    [TestCase(5, 2, 1, 1, 5, 0, 1)]
    [TestCase(6, 2, 2, 1, 3, 0, 0)]
    [TestCase(10, 3, 1, 4, 10, 4, 4)]
    [TestCase(7, 1, 3, 1, 3, 0, 0)]
    [TestCase(224, 7, 2, 1, 112, 2, 3)]
    public void Same_padding_is_that_of_TensorFlow(int input, int kernel, int stride, int dilation, int output, int before, int after)
    {
        WindowAxis axis = WindowAxis.Rows(input, kernel, stride, dilation, WindowPadding.Same);
        Assert.That((axis.Output, axis.Before, axis.After), Is.EqualTo((output, before, after)));
        Assert.That(WindowAxis.Columns(input, kernel, stride, dilation, WindowPadding.Same), Is.EqualTo(axis));
    }

    [TestCase(7, 2, 2, 0, 1, 3, 4)]
    [TestCase(6, 2, 2, 0, 1, 3, 3)]
    [TestCase(8, 3, 3, 1, 1, 3, 3)]
    [TestCase(6, 3, 3, 1, 1, 2, 3)]
    [TestCase(5, 2, 3, 1, 1, 2, 2)]
    [TestCase(1, 3, 2, 1, 1, 1, 1)]
    [TestCase(2, 3, 1, 0, 1, 0, 0)]
    public void Rounding_up_drops_a_window_that_begins_behind_the_image(int input, int kernel, int stride, int padding, int dilation, int down, int up)
    {
        WindowAxis axis = WindowAxis.Rows(input, kernel, stride, dilation, WindowPadding.Symmetric(padding));
        Assert.That((axis.Output, axis.OutputRoundedUp), Is.EqualTo((down, up)));
    }
}
