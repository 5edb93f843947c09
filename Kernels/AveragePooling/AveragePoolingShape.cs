using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Convolution;

namespace SegFromScratch.Kernels.AveragePooling;

/// <summary>All sizes of an average pooling.</summary>
/// <param name="Rows">The windows from top to bottom.</param>
/// <param name="Columns">The windows from left to right.</param>
public readonly record struct AveragePoolingShape(AveragePoolingAxis Rows, AveragePoolingAxis Columns)
{
    /// <summary>Works out all sizes.</summary>
    /// <param name="input">N,C,H,W.</param>
    /// <param name="options">Window, stride, padding and rounding.</param>
    /// <exception cref="ArgumentException">A size is below 1, no window fits, or a window could lie wholly in the padding.</exception>
    public static AveragePoolingShape Create(TensorShape input, AveragePoolingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        WindowAxis rows = WindowAxis.Rows(input.Height, options.KernelHeight, options.StrideY, 1, options.Padding);
        WindowAxis columns = WindowAxis.Columns(input.Width, options.KernelWidth, options.StrideX, 1, options.Padding);
        return new AveragePoolingShape(
            AveragePoolingAxis.Create(rows, options.RoundUp, options.CountPadding),
            AveragePoolingAxis.Create(columns, options.RoundUp, options.CountPadding));
    }
}
