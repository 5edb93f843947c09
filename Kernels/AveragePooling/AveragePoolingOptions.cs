using SegFromScratch.Kernels.Convolution;

namespace SegFromScratch.Kernels.AveragePooling;

/// <summary>What a caller chooses about average pooling.</summary>
public sealed record AveragePoolingOptions
{
    /// <summary>Rows of the window.</summary>
    public int KernelHeight { get; init; } = 2;

    /// <summary>Columns of the window.</summary>
    public int KernelWidth { get; init; } = 2;

    /// <summary>Input rows from one window to the next.</summary>
    public int StrideY { get; init; } = 2;

    /// <summary>Input columns from one window to the next.</summary>
    public int StrideX { get; init; } = 2;

    /// <summary>How far windows may stand over the edges; smaller than the window on every side.</summary>
    public WindowPadding Padding { get; init; }

    /// <summary>True keeps a last window that stands over the end of the image. PyTorch: <c>ceil_mode</c>.</summary>
    public bool RoundUp { get; init; }

    /// <summary>True divides by the padded pixels of a window too, as zeros that were averaged; false by those in the image alone. PyTorch: <c>count_include_pad</c>.</summary>
    public bool CountPadding { get; init; } = true;

    /// <summary>A square window. PyTorch: <c>avg_pool2d(kernel_size, stride, padding, ceil_mode, count_include_pad)</c>.</summary>
    public static AveragePoolingOptions Square(int kernel, int stride, int padding = 0, bool roundUp = false, bool countPadding = true) =>
        Create(kernel, stride, WindowPadding.Symmetric(padding)) with { RoundUp = roundUp, CountPadding = countPadding };

    /// <summary>A square window and ceil(n / stride) outputs; padding is not counted. TensorFlow and Keras: <c>AveragePooling2D(padding="same")</c>.</summary>
    public static AveragePoolingOptions Same(int kernel, int stride) => Create(kernel, stride, WindowPadding.Same) with { CountPadding = false };

    private static AveragePoolingOptions Create(int kernel, int stride, WindowPadding padding) =>
        new() { KernelHeight = kernel, KernelWidth = kernel, StrideY = stride, StrideX = stride, Padding = padding };
}
