using SegFromScratch.Kernels.Convolution;

namespace SegFromScratch.Kernels.MaxPooling;

/// <summary>What a caller chooses about max pooling.</summary>
public sealed record MaxPoolingOptions
{
    /// <summary>Rows of the window.</summary>
    public int KernelHeight { get; init; } = 2;

    /// <summary>Columns of the window.</summary>
    public int KernelWidth { get; init; } = 2;

    /// <summary>Input rows from one window to the next.</summary>
    public int StrideY { get; init; } = 2;

    /// <summary>Input columns from one window to the next.</summary>
    public int StrideX { get; init; } = 2;

    /// <summary>Input rows from one row of the window to the next.</summary>
    public int DilationY { get; init; } = 1;

    /// <summary>Input columns from one column of the window to the next.</summary>
    public int DilationX { get; init; } = 1;

    /// <summary>How far windows may stand over the edges; what lies outside is never the maximum.</summary>
    public WindowPadding Padding { get; init; }

    /// <summary>True keeps a last window that stands over the end of the image. PyTorch: <c>ceil_mode</c>.</summary>
    public bool RoundUp { get; init; }

    /// <summary>A square window. PyTorch: <c>max_pool2d(kernel_size, stride, padding, dilation, ceil_mode)</c>.</summary>
    public static MaxPoolingOptions Square(int kernel, int stride, int padding = 0, int dilation = 1, bool roundUp = false) =>
        Create(kernel, stride, WindowPadding.Symmetric(padding), dilation, roundUp);

    /// <summary>A square window and ceil(n / stride) outputs. TensorFlow and Keras: <c>MaxPooling2D(padding="same")</c>.</summary>
    public static MaxPoolingOptions Same(int kernel, int stride) => Create(kernel, stride, WindowPadding.Same, 1, false);

    private static MaxPoolingOptions Create(int kernel, int stride, WindowPadding padding, int dilation, bool roundUp) => new()
    {
        KernelHeight = kernel,
        KernelWidth = kernel,
        StrideY = stride,
        StrideX = stride,
        DilationY = dilation,
        DilationX = dilation,
        Padding = padding,
        RoundUp = roundUp,
    };
}
