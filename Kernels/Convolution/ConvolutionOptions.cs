namespace SegFromScratch.Kernels.Convolution;

/// <summary>What a caller chooses about a convolution; the kernel's size and the channels come from the weight.</summary>
public sealed record ConvolutionOptions
{
    /// <summary>Stride 1, no padding, no dilation, one group.</summary>
    public static ConvolutionOptions Default { get; } = new();

    /// <summary>Input rows from one output row to the next.</summary>
    public int StrideY { get; init; } = 1;

    /// <summary>Input columns from one output column to the next.</summary>
    public int StrideX { get; init; } = 1;

    /// <summary>Input rows from one kernel row to the next; 1 is the ordinary convolution.</summary>
    public int DilationY { get; init; } = 1;

    /// <summary>Input columns from one kernel column to the next; 1 is the ordinary convolution.</summary>
    public int DilationX { get; init; } = 1;

    /// <summary>How many independent convolutions share the channels; as many as there are input channels is depthwise.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>The zeros around the image.</summary>
    public WindowPadding Padding { get; init; }

    /// <summary>The same padding on all sides. PyTorch: <c>conv2d(stride, padding, dilation, groups)</c>.</summary>
    public static ConvolutionOptions Symmetric(int padding, int stride = 1, int dilation = 1, int groups = 1) =>
        Create(WindowPadding.Symmetric(padding), stride, dilation, groups);

    /// <summary>An output of ceil(n / stride) pixels, padded as <see cref="WindowPadding.Same"/> says. TensorFlow and Keras: <c>padding="same"</c>.</summary>
    public static ConvolutionOptions Same(int stride = 1, int dilation = 1, int groups = 1) =>
        Create(WindowPadding.Same, stride, dilation, groups);

    /// <summary>No padding. TensorFlow and Keras: <c>padding="valid"</c>; PyTorch: <c>padding=0</c>.</summary>
    public static ConvolutionOptions Valid(int stride = 1, int dilation = 1, int groups = 1) =>
        Create(WindowPadding.Valid, stride, dilation, groups);

    private static ConvolutionOptions Create(WindowPadding padding, int stride, int dilation, int groups) =>
        new() { Padding = padding, StrideY = stride, StrideX = stride, DilationY = dilation, DilationX = dilation, Groups = groups };
}
