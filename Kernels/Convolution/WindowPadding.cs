namespace SegFromScratch.Kernels.Convolution;

/// <summary>How many rows and columns a sliding window may read outside the image: given numbers, or as many as the 'same' rule asks for.</summary>
/// <param name="Top">Rows above the image.</param>
/// <param name="Bottom">Rows below it.</param>
/// <param name="Left">Columns left of it.</param>
/// <param name="Right">Columns right of it.</param>
/// <param name="IsSame">True computes the four numbers from the image, as TensorFlow and Keras do: see <see cref="Same"/>.</param>
public readonly record struct WindowPadding(int Top, int Bottom, int Left, int Right, bool IsSame = false)
{
    /// <summary>No padding: only windows that lie wholly in the image.</summary>
    public static WindowPadding Valid => default;

    /// <summary>
    /// The padding that makes the output ceil(n / stride) long: max((ceil(n / stride) - 1) * stride + dilation * (k - 1) + 1 - n, 0) in all,
    /// the smaller half before the image. For stride 2 and even n this is not PyTorch's symmetric padding: windows lie one pixel later.
    /// TensorFlow and Keras: <c>padding="same"</c>.
    /// </summary>
    public static WindowPadding Same => new(0, 0, 0, 0, true);

    /// <summary>The same number on all four sides. PyTorch: <c>padding=p</c>.</summary>
    public static WindowPadding Symmetric(int padding) => new(padding, padding, padding, padding);
}
