using SegFromScratch.Kernels.Convolution.Implicit;
using SegFromScratch.Kernels.Ladders;

namespace SegFromScratch.Kernels.Convolution.Depthwise;

/// <summary>
/// How a block of source pixels lies in the panel of <see cref="DepthwiseVectorKernels"/>. Along a row, places are counted before the division of <see cref="ImplicitAxis"/>, with zeros
/// where it has a remainder; a row is parted into phases, one for each place modulo the step, so that what neighbouring result pixels read are neighbours.
/// </summary>
/// <param name="Columns">Result columns a panel, a multiple of 16.</param>
/// <param name="Rows">Most source rows a panel.</param>
/// <param name="PhaseStride">Elements of a phase.</param>
/// <param name="RowStride">Elements of a row: all phases.</param>
public readonly record struct DepthwisePanel(int Columns, int Rows, int PhaseStride, int RowStride)
{
    /// <summary>The widest panel for a convolution that fits.</summary>
    /// <param name="product">The sizes.</param>
    /// <param name="panel">The panel, where there is one.</param>
    /// <returns>Whether at least 16 columns fit.</returns>
    public static bool TryCreate(in ImplicitProduct product, out DepthwisePanel panel)
    {
        int rows = product.Y.Reach(DepthwiseVectorKernels.Rows, product.KernelHeight);
        int vectors = (product.ResultWidth + VectorTile.Lanes - 1) / VectorTile.Lanes;
        for (; vectors > 0; vectors--)
        {
            int columns = vectors * VectorTile.Lanes;
            int places = ((columns - 1) * product.X.Step) + Math.Abs((product.KernelWidth - 1) * product.X.Tap) + 1;
            int phase = (places + product.X.Step - 1) / product.X.Step;
            panel = new DepthwisePanel(columns, rows, phase, phase * product.X.Step);
            if ((long)rows * panel.RowStride <= DepthwiseVectorKernels.PanelLength)
                return true;
        }

        panel = default;
        return false;
    }

    /// <summary>Where in a row the first result column of the panel meets a tap.</summary>
    /// <param name="tap">The column of taps.</param>
    /// <param name="taps">Columns of taps.</param>
    /// <param name="axis">How columns meet.</param>
    public int TapStart(int tap, int taps, ImplicitAxis axis)
    {
        int place = (tap * axis.Tap) - Math.Min(0, (taps - 1) * axis.Tap);
        return (place % axis.Step * PhaseStride) + (place / axis.Step);
    }
}
