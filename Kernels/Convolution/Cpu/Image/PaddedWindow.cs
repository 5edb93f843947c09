using System.Runtime.CompilerServices;

namespace SegFromScratch.Kernels.Convolution.Cpu.Image;

/// <summary>
/// A copy of what some pixels of output read from an NCHW image, with the padding around it: for the pixels whose taps do not all lie inside.
/// </summary>
/// <param name="taps">The image and its taps.</param>
/// <param name="mostRows">The most rows of output that are computed from one copy.</param>
/// <param name="mostColumns">The most columns of output that are computed from one copy.</param>
internal readonly unsafe struct PaddedWindow(ImageTaps taps, int mostRows, int mostColumns)
{
    private const int LineFloats = 16;

    /// <summary>Floats from one copied row to the next.</summary>
    public nint Row => (Columns(mostColumns) + LineFloats - 1) / LineFloats * LineFloats;

    /// <summary>Floats from one copied channel to the next.</summary>
    public nint Plane => Rows(mostRows) * Row;

    /// <summary>Floats of a copy.</summary>
    public long Length => taps.Image.Channels * Plane;

    /// <summary>Where a tap lies in a copy, from the place of the first.</summary>
    public nint Offset(int tap) => taps.Offset(tap, Row, Plane);

    /// <summary>Copies what some pixels of output read.</summary>
    /// <param name="picture">The number of the image.</param>
    /// <param name="firstRow">The first row of output.</param>
    /// <param name="rows">Rows of output.</param>
    /// <param name="firstColumn">The first column of output.</param>
    /// <param name="columns">Columns of output.</param>
    /// <param name="target">Room for <see cref="Length"/> floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Copy(int picture, int firstRow, int rows, int firstColumn, int columns, float* target)
    {
        int top = (firstRow * taps.Shape.StrideY) - taps.Shape.PaddingTop;
        int left = (firstColumn * taps.Shape.StrideX) - taps.Shape.PaddingLeft;
        int length = Columns(columns);
        int begin = Math.Clamp(-left, 0, length);
        int end = Math.Clamp(taps.Image.Width - left, begin, length);
        for (int channel = 0; channel < taps.Image.Channels; channel++)
        {
            float* pixels = taps.Image.Data + (picture * taps.Image.Image) + (channel * taps.Image.Plane) + left;
            for (int i = 0; i < Rows(rows); i++)
            {
                var line = new Span<float>(target + (channel * Plane) + (i * Row), length);
                int y = top + i;
                if ((uint)y >= (uint)taps.Image.Height)
                {
                    line.Clear();
                    continue;
                }

                line[..begin].Clear();
                new ReadOnlySpan<float>(pixels + (y * taps.Image.Row) + begin, end - begin).CopyTo(line[begin..]);
                line[end..].Clear();
            }
        }
    }

    private int Rows(int outputs) => ((outputs - 1) * taps.Shape.StrideY) + ((taps.Shape.KernelHeight - 1) * taps.Shape.DilationY) + 1;

    private int Columns(int outputs) => ((outputs - 1) * taps.Shape.StrideX) + ((taps.Shape.KernelWidth - 1) * taps.Shape.DilationX) + 1;
}
