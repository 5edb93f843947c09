using SegFromScratch.Engine.Tensors;

namespace SegFromScratch.Kernels.Cropping;

/// <summary>A window on an image.</summary>
/// <param name="Top">Its first row.</param>
/// <param name="Left">Its first column.</param>
/// <param name="Height">Its rows.</param>
/// <param name="Width">Its columns.</param>
public readonly record struct CropWindow(int Top, int Left, int Height, int Width)
{
    /// <summary>
    /// The window in the middle of an image, as the skip connections of the first U-Net crop theirs. Where the surplus is odd, the larger half is cut off at the end.
    /// </summary>
    /// <param name="image">The shape of the image.</param>
    /// <param name="height">Rows of the window.</param>
    /// <param name="width">Columns of the window.</param>
    public static CropWindow Centre(TensorShape image, int height, int width) =>
        new((image.Height - height) / 2, (image.Width - width) / 2, height, width);
}
