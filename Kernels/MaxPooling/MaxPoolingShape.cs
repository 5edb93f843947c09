using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Convolution;

namespace SegFromScratch.Kernels.MaxPooling;

/// <summary>All sizes of a max pooling. Window row p covers the input rows <c>p * StrideY - PaddingTop + r * DilationY</c> for r from 0 to KernelHeight - 1; columns alike.</summary>
/// <param name="InputHeight">H.</param>
/// <param name="InputWidth">W.</param>
/// <param name="OutputHeight">Rows of the output.</param>
/// <param name="OutputWidth">Columns of the output.</param>
/// <param name="KernelHeight">Rows of the window.</param>
/// <param name="KernelWidth">Columns of the window.</param>
/// <param name="StrideY">Input rows from one window to the next.</param>
/// <param name="StrideX">Input columns from one window to the next.</param>
/// <param name="PaddingTop">How far the first window begins above the image.</param>
/// <param name="PaddingLeft">How far the first window begins left of the image.</param>
/// <param name="DilationY">Input rows from one row of the window to the next.</param>
/// <param name="DilationX">Input columns from one column of the window to the next.</param>
public readonly record struct MaxPoolingShape(
    int InputHeight,
    int InputWidth,
    int OutputHeight,
    int OutputWidth,
    int KernelHeight,
    int KernelWidth,
    int StrideY,
    int StrideX,
    int PaddingTop,
    int PaddingLeft,
    int DilationY,
    int DilationX)
{
    /// <summary>Works out all sizes.</summary>
    /// <param name="input">N,C,H,W.</param>
    /// <param name="options">Window, stride, padding, dilation and rounding.</param>
    /// <exception cref="ArgumentException">No window fits, or a window would lie wholly in the padding and have no maximum.</exception>
    public static MaxPoolingShape Create(TensorShape input, MaxPoolingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        WindowAxis rows = WindowAxis.Rows(input.Height, options.KernelHeight, options.StrideY, options.DilationY, options.Padding);
        WindowAxis columns = WindowAxis.Columns(input.Width, options.KernelWidth, options.StrideX, options.DilationX, options.Padding);
        return new MaxPoolingShape(
            input.Height, input.Width,
            Windows(rows, options.RoundUp), Windows(columns, options.RoundUp),
            options.KernelHeight, options.KernelWidth,
            options.StrideY, options.StrideX,
            rows.Before, columns.Before,
            options.DilationY, options.DilationX);
    }

    private static int Windows(WindowAxis axis, bool roundUp)
    {
        int windows = roundUp ? axis.OutputRoundedUp : axis.Output;
        if (windows < 1)
            throw new ArgumentException($"a window that extends over {axis.Extent} pixels does not fit in {axis.Input} pixels padded by {axis.Before} and {axis.After}");
        for (int window = 0; window < windows; window++)
        {
            int start = (window * axis.Stride) - axis.Before;
            int skipped = start < 0 ? (-start + axis.Dilation - 1) / axis.Dilation : 0;
            if (skipped >= axis.Kernel || start + (skipped * axis.Dilation) >= axis.Input)
                throw new ArgumentException($"window {window} of {axis.Kernel} taps with dilation {axis.Dilation} lies wholly in the padding of {axis.Before} and {axis.After} around {axis.Input} pixels");
        }

        return windows;
    }
}
