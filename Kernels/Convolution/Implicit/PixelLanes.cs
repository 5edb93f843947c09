using SegFromScratch.Kernels.Ladders;

namespace SegFromScratch.Kernels.Convolution.Implicit;

/// <summary>Sixteen neighbouring elements of a row of the right matrix of an <see cref="ImplicitProduct"/>: what lies under one tap of sixteen result pixels.</summary>
internal static class PixelLanes
{
    /// <summary>Copies what lies under a tap into a panel. Pixels of one row of an image that are neighbours in the source too are copied as a vector.</summary>
    /// <param name="product">The sizes.</param>
    /// <param name="source">The source.</param>
    /// <param name="plane">Where the channel's image begins in it.</param>
    /// <param name="r">The tap's row.</param>
    /// <param name="s">The tap's column.</param>
    /// <param name="pixel">The first of 16 result pixels, counted through the image; pixels after the last count as padding.</param>
    /// <param name="panel">Where to.</param>
    /// <param name="at">The first of 16 elements there.</param>
    public static void Copy(ImplicitProduct product, ArrayView<float> source, int plane, int r, int s, int pixel, ArrayView<float> panel, int at)
    {
        int p = pixel / product.ResultWidth;
        int q = pixel - (p * product.ResultWidth);
        if (p < product.ResultHeight && q + VectorTile.Lanes <= product.ResultWidth && product.X.Step == 1 && product.X.Divide == 1)
        {
            int y = product.Y.Source(p, r, product.SourceHeight);
            int x = q + product.X.Start + (s * product.X.Tap);
            int first = Math.Max(0, -x);
            int end = Math.Min(VectorTile.Lanes, product.SourceWidth - x);
            int index = plane + (y * product.SourceWidth) + x;
            if (y < 0 || first >= end)
                FloatVector16.Store(panel, at, default(FloatVector16));
            else if (first == 0 && end == VectorTile.Lanes)
                FloatVector16.Store(panel, at, FloatVector16.Load(source, index));
            else if (index >= 0 && index + VectorTile.Lanes <= source.Length)
                FloatVector16.Store(panel, at, FloatVector16.Keep(FloatVector16.Load(source, index), first, end));
            else
                CopyEach(source, index, first, end, panel, at);
            return;
        }

        for (int lane = 0; lane < VectorTile.Lanes; lane++)
        {
            int y = p < product.ResultHeight ? product.Y.Source(p, r, product.SourceHeight) : -1;
            int x = product.X.Source(q, s, product.SourceWidth);
            panel[at + lane] = y >= 0 && x >= 0 ? source[plane + (y * product.SourceWidth) + x] : 0f;
            q++;
            if (q == product.ResultWidth)
            {
                q = 0;
                p++;
            }
        }
    }

    // At the very ends of the source, where a whole vector would reach outside.
    private static void CopyEach(ArrayView<float> source, int index, int first, int end, ArrayView<float> panel, int at)
    {
        for (int lane = 0; lane < VectorTile.Lanes; lane++)
            panel[at + lane] = lane >= first && lane < end ? source[index + lane] : 0f;
    }
}
