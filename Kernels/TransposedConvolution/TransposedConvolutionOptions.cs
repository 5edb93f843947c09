namespace SegFromScratch.Kernels.TransposedConvolution;

/// <summary>
/// What a caller chooses about a transposed convolution. The full result has (n - 1) * stride + dilation * (k - 1) + 1 rows; the crops cut rows off it.
/// A negative crop at the end adds rows that no input reaches: they hold the bias alone.
/// </summary>
public sealed record TransposedConvolutionOptions
{
    /// <summary>Stride 1, nothing cropped, no dilation, one group.</summary>
    public static TransposedConvolutionOptions Default { get; } = new();

    /// <summary>Output rows from one input row to the next.</summary>
    public int StrideY { get; init; } = 1;

    /// <summary>Output columns from one input column to the next.</summary>
    public int StrideX { get; init; } = 1;

    /// <summary>Output rows from one kernel row to the next.</summary>
    public int DilationY { get; init; } = 1;

    /// <summary>Output columns from one kernel column to the next.</summary>
    public int DilationX { get; init; } = 1;

    /// <summary>How many independent transposed convolutions share the channels.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>Rows cut off the start of the full result; at least 0.</summary>
    public int CropTop { get; init; }

    /// <summary>Rows cut off the end of the full result; negative adds rows.</summary>
    public int CropBottom { get; init; }

    /// <summary>Columns cut off the start of the full result; at least 0.</summary>
    public int CropLeft { get; init; }

    /// <summary>Columns cut off the end of the full result; negative adds columns.</summary>
    public int CropRight { get; init; }

    /// <summary>
    /// Output size (n - 1) * stride - 2 * padding + dilation * (k - 1) + outputPadding + 1. PyTorch: <c>conv_transpose2d(stride, padding, output_padding, groups, dilation)</c>.
    /// </summary>
    /// <exception cref="ArgumentException">The padding is negative, or the output padding is not below the larger of stride and dilation.</exception>
    public static TransposedConvolutionOptions Symmetric(int stride = 1, int padding = 0, int outputPadding = 0, int dilation = 1, int groups = 1)
    {
        if (padding < 0)
            throw new ArgumentException($"padding {padding} must not be negative", nameof(padding));
        if (outputPadding < 0 || outputPadding >= Math.Max(stride, dilation))
            throw new ArgumentException($"output padding {outputPadding} must lie from 0 to below the larger of stride {stride} and dilation {dilation}", nameof(outputPadding));
        return Create(stride, dilation, groups, padding, padding - outputPadding);
    }

    /// <summary>
    /// Output size n * stride: of the max(dilation * (k - 1) + 1 - stride, 0) surplus rows the smaller half is cut off at the start. For k = 3 and stride 2 that is 0 at the
    /// start and 1 at the end, where PyTorch's padding 1 and output padding 1 cut 1 and 0. TensorFlow and Keras: <c>Conv2DTranspose(padding="same")</c>.
    /// </summary>
    /// <param name="kernel">Rows and columns of the kernel.</param>
    /// <param name="stride">Output pixels from one input pixel to the next.</param>
    /// <param name="dilation">Output pixels from one tap to the next.</param>
    /// <param name="groups">How many independent transposed convolutions share the channels.</param>
    public static TransposedConvolutionOptions Same(int kernel, int stride = 1, int dilation = 1, int groups = 1)
    {
        int surplus = (dilation * (kernel - 1)) + 1 - stride;
        int start = Math.Max(surplus, 0) / 2;
        return Create(stride, dilation, groups, start, surplus - start);
    }

    private static TransposedConvolutionOptions Create(int stride, int dilation, int groups, int start, int end) => new()
    {
        StrideY = stride,
        StrideX = stride,
        DilationY = dilation,
        DilationX = dilation,
        Groups = groups,
        CropTop = start,
        CropBottom = end,
        CropLeft = start,
        CropRight = end,
    };
}
