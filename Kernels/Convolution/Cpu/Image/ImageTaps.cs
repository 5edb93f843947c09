using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu.Image;

/// <summary>What the pixels of output read from an NCHW image of few channels: a tap of a channel counts as a tap.</summary>
/// <param name="image">The image, of channel block 1.</param>
/// <param name="shape">The convolution that reads it.</param>
internal readonly unsafe struct ImageTaps(ChannelPlanes image, ConvolutionShape shape)
{
    /// <summary>The image.</summary>
    public readonly ChannelPlanes Image = image;

    /// <summary>The convolution that reads it.</summary>
    public readonly ConvolutionShape Shape = shape;

    /// <summary>The weights of one output channel: what each output pixel sums over.</summary>
    public int Count => Image.Channels * Shape.KernelHeight * Shape.KernelWidth;

    /// <summary>The rows.</summary>
    public TapAxis Rows =>
        TapAxis.Forward(Shape.InputHeight, Shape.OutputHeight, Shape.KernelHeight, Shape.StrideY, Shape.PaddingTop, Shape.DilationY);

    /// <summary>The columns.</summary>
    public TapAxis Columns =>
        TapAxis.Forward(Shape.InputWidth, Shape.OutputWidth, Shape.KernelWidth, Shape.StrideX, Shape.PaddingLeft, Shape.DilationX);

    /// <summary>The rows of output, first and past the last, whose taps all lie inside the image.</summary>
    public (int Begin, int End) InnerRows => Inner(Rows);

    /// <summary>The columns of output, first and past the last, whose taps all lie inside the image.</summary>
    public (int Begin, int End) InnerColumns => Inner(Columns);

    /// <summary>Where a tap lies, from the place of the first: its number counts channels, then rows, then columns of the kernel, as canonical weights do.</summary>
    /// <param name="tap">The tap.</param>
    /// <param name="row">Floats from one row of pixels to the next.</param>
    /// <param name="plane">Floats from one channel to the next.</param>
    public nint Offset(int tap, nint row, nint plane)
    {
        int line = tap / Shape.KernelWidth;
        return (line / Shape.KernelHeight * plane) + (line % Shape.KernelHeight * Shape.DilationY * row) + (tap % Shape.KernelWidth * Shape.DilationX);
    }

    /// <summary>Where a tap lies in the image, from the place of the first.</summary>
    public nint Offset(int tap) => Offset(tap, Image.Row, Image.Plane);

    /// <summary>What a pixel of output reads with its first tap; outside the image where that is.</summary>
    public float* First(int picture, int y, int x) =>
        Image.Data + (picture * Image.Image) + (((y * Shape.StrideY) - Shape.PaddingTop) * Image.Row) + (x * Shape.StrideX) - Shape.PaddingLeft;

    private static (int Begin, int End) Inner(in TapAxis axis)
    {
        int begin = axis.Inside(0).Begin;
        return (begin, Math.Max(begin, axis.Inside(axis.Taps - 1).End));
    }
}
