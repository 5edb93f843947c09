namespace SegFromScratch.Kernels.Convolution;

/// <summary>Sizes of a sliding window along one axis of an image: rows or columns.</summary>
/// <param name="Input">n, the pixels of the image.</param>
/// <param name="Kernel">k, the taps of the window.</param>
/// <param name="Stride">Pixels from one window to the next.</param>
/// <param name="Dilation">Pixels from one tap to the next.</param>
/// <param name="Before">Padded pixels before the image.</param>
/// <param name="After">Padded pixels after the image.</param>
public readonly record struct WindowAxis(int Input, int Kernel, int Stride, int Dilation, int Before, int After)
{
    /// <summary>dilation * (k - 1) + 1, the pixels from the first to the last tap.</summary>
    public int Extent => (Dilation * (Kernel - 1)) + 1;

    /// <summary>The windows that fit: floor((n + before + after - extent) / stride) + 1; zero or less if none does.</summary>
    public int Output => Room < 0 ? 0 : (Room / Stride) + 1;

    /// <summary>
    /// The windows if the last one may stand over the end, as long as it begins in the image or in the padding before it. PyTorch: <c>ceil_mode=True</c>.
    /// </summary>
    public int OutputRoundedUp
    {
        get
        {
            if (Room < 0)
                return 0;
            int windows = ((Room + Stride - 1) / Stride) + 1;
            return (windows - 1) * Stride >= Input + Before ? windows - 1 : windows;
        }
    }

    private int Room => Input + Before + After - Extent;

    /// <summary>The rows of a window over an image, with 'same' padding computed.</summary>
    /// <exception cref="ArgumentException">A size, stride or dilation is below 1, or a padding below 0.</exception>
    public static WindowAxis Rows(int input, int kernel, int stride, int dilation, WindowPadding padding) =>
        Create("rows", input, kernel, stride, dilation, padding.Top, padding.Bottom, padding.IsSame);

    /// <summary>The columns of a window over an image, with 'same' padding computed.</summary>
    /// <exception cref="ArgumentException">A size, stride or dilation is below 1, or a padding below 0.</exception>
    public static WindowAxis Columns(int input, int kernel, int stride, int dilation, WindowPadding padding) =>
        Create("columns", input, kernel, stride, dilation, padding.Left, padding.Right, padding.IsSame);

    private static WindowAxis Create(string name, int input, int kernel, int stride, int dilation, int before, int after, bool isSame)
    {
        if (input < 1 || kernel < 1 || stride < 1 || dilation < 1)
            throw new ArgumentException($"{name}: image size {input}, kernel {kernel}, stride {stride} and dilation {dilation} must all be at least 1");
        if (before < 0 || after < 0)
            throw new ArgumentException($"{name}: padding of {before} before and {after} after the image must not be negative");
        var axis = new WindowAxis(input, kernel, stride, dilation, before, after);
        if (!isSame)
            return axis;
        int windows = (input + stride - 1) / stride;
        int total = Math.Max(((windows - 1) * stride) + axis.Extent - input, 0);
        return axis with { Before = total / 2, After = total - (total / 2) };
    }
}
