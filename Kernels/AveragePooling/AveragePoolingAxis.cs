using SegFromScratch.Kernels.Convolution;

namespace SegFromScratch.Kernels.AveragePooling;

/// <summary>The windows of an average pooling along one axis: rows or columns. Window w covers the pixels <c>w * Stride - Before</c> and the <c>Kernel - 1</c> after it.</summary>
/// <param name="Input">n, the pixels of the image.</param>
/// <param name="Output">The windows.</param>
/// <param name="Kernel">The pixels of a window.</param>
/// <param name="Stride">Pixels from one window to the next.</param>
/// <param name="Before">How far the first window begins before the image.</param>
/// <param name="CountedBefore">The padded pixels before the image that are counted as zeros: all or none.</param>
/// <param name="CountedAfter">The padded pixels after the image that are counted as zeros: all or none.</param>
public readonly record struct AveragePoolingAxis(int Input, int Output, int Kernel, int Stride, int Before, int CountedBefore, int CountedAfter)
{
    /// <summary>Works out the windows.</summary>
    /// <exception cref="ArgumentException">No window fits, or a window could lie wholly in the padding.</exception>
    public static AveragePoolingAxis Create(WindowAxis axis, bool roundUp, bool countPadding)
    {
        if (axis.Before >= axis.Kernel || axis.After >= axis.Kernel)
            throw new ArgumentException($"padding of {axis.Before} and {axis.After} must be smaller than the window of {axis.Kernel} pixels, or a window would lie wholly in it");
        int windows = roundUp ? axis.OutputRoundedUp : axis.Output;
        if (windows < 1)
            throw new ArgumentException($"a window of {axis.Kernel} pixels does not fit in {axis.Input} pixels padded by {axis.Before} and {axis.After}");
        return new AveragePoolingAxis(axis.Input, windows, axis.Kernel, axis.Stride, axis.Before, countPadding ? axis.Before : 0, countPadding ? axis.After : 0);
    }

    /// <summary>The first pixel of a window in the image.</summary>
    public int Start(int window) => Math.Max(0, (window * Stride) - Before);

    /// <summary>The end of a window in the image, exclusive.</summary>
    public int End(int window) => Math.Min(Input, (window * Stride) - Before + Kernel);

    /// <summary>The pixels of a window that are counted. What a window rounded up has beyond the padding never is.</summary>
    public int Count(int window) =>
        Math.Min(Input + CountedAfter, (window * Stride) - Before + Kernel) - Math.Max(-CountedBefore, (window * Stride) - Before);

    /// <summary>The first window that covers a pixel: the least w with w * Stride - Before + Kernel > pixel.</summary>
    public int FirstWindow(int pixel) => Math.Max(0, (pixel + Before - Kernel + Stride) / Stride);

    /// <summary>The end of the windows that cover a pixel, exclusive: w * Stride - Before is at most the pixel.</summary>
    public int EndWindow(int pixel) => Math.Min(Output, ((pixel + Before) / Stride) + 1);
}
