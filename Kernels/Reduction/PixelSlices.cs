using SegFromScratch.Engine.Tensors;

namespace SegFromScratch.Kernels.Reduction;

/// <summary>
/// How the pixels of a batch are cut into ranges, each summed by one thread. The cut depends on the sizes alone, never on the device,
/// so that sums run in the same order everywhere. A slice lies in one image; its pixels are counted row by row.
/// </summary>
/// <param name="Batch">N, the number of images.</param>
/// <param name="Pixels">H x W, the pixels of an image.</param>
/// <param name="PixelsASlice">The pixels of a slice; the last slice of an image may have fewer.</param>
public readonly record struct PixelSlices(int Batch, int Pixels, int PixelsASlice)
{
    // Enough slices for the threads of a GPU, slices long enough that adding them up costs little.
    private const int MostSlices = 1024;
    private const int FewestPixels = 64;

    /// <summary>The slices of an image.</summary>
    public int SlicesAnImage => (Pixels + PixelsASlice - 1) / PixelsASlice;

    /// <summary>The slices of the batch.</summary>
    public int Count => Batch * SlicesAnImage;

    /// <summary>Cuts a batch of images of H x W pixels.</summary>
    public static PixelSlices Of(TensorShape shape)
    {
        int pixels = shape.Height * shape.Width;
        int slicesAnImage = Math.Max(1, MostSlices / shape.Batch);
        return new PixelSlices(shape.Batch, pixels, Math.Max(FewestPixels, (pixels + slicesAnImage - 1) / slicesAnImage));
    }

    /// <summary>The image of a slice.</summary>
    public int Image(int slice) => slice / SlicesAnImage;

    /// <summary>The first pixel of a slice in its image.</summary>
    public int Start(int slice) => slice % SlicesAnImage * PixelsASlice;

    /// <summary>The end of a slice in its image, exclusive.</summary>
    public int End(int slice) => Math.Min(Pixels, Start(slice) + PixelsASlice);

    /// <summary>
    /// Where pixel number <paramref name="pixel"/> of one channel of an image lies. The next pixel lies one channel block further:
    /// rows follow each other without gaps in every layout.
    /// </summary>
    public static int Offset(TensorLayout layout, int n, int c, int pixel) =>
        layout.Offset(n, c, 0, 0) + (pixel * layout.ChannelBlock);
}
