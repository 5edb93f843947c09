namespace SegFromScratch.Training.Images.Jpeg;

/// <summary>Brings a component that was stored at a lower resolution back to the picture's, one row at a time.</summary>
/// <remarks>T.81 leaves the method open. Here samples lie at the centres of the areas they stand for, and a factor of two is
/// interpolated by a triangle: 3/4 of the nearer sample and 1/4 of the farther one in each direction, with the rounding of the
/// widely used decoders ("fancy upsampling"). Other factors repeat the nearest sample.</remarks>
internal sealed class ChromaUpsampler
{
    /// <summary>Narrower components have no neighbours worth weighing.</summary>
    private const int LeastWidth = 3;

    private readonly JpegComponent component;
    private readonly JpegFrame frame;
    private readonly bool doublesColumns;
    private readonly bool doublesRows;
    private readonly byte[] output;
    private readonly int[] columnSums;

    public ChromaUpsampler(JpegComponent component, JpegFrame frame)
    {
        (this.component, this.frame) = (component, frame);
        bool sameColumns = component.Horizontal == frame.MaximumHorizontal;
        bool sameRows = component.Vertical == frame.MaximumVertical;
        bool halfColumns = component.Horizontal * 2 == frame.MaximumHorizontal && component.Width >= LeastWidth;
        bool halfRows = component.Vertical * 2 == frame.MaximumVertical;
        doublesColumns = halfColumns && (sameRows || halfRows);
        doublesRows = halfRows && (sameColumns || halfColumns);
        output = sameColumns && sameRows ? [] : new byte[frame.Width + 1];
        columnSums = doublesColumns && doublesRows ? new int[component.Width] : [];
    }

    /// <summary>The picture's row <paramref name="y"/> of this component: at least as many samples as the picture has columns,
    /// valid until the next call.</summary>
    public ReadOnlySpan<byte> Row(int y)
    {
        int sourceRow = y * component.Vertical / frame.MaximumVertical;
        ReadOnlySpan<byte> near = StoredRow(sourceRow);
        if (output.Length == 0)
            return near;
        if (!doublesRows)
        {
            if (doublesColumns)
                DoubleColumns(near);
            else
                Repeat(near);
            return output;
        }

        bool upperHalf = y % 2 == 0;
        ReadOnlySpan<byte> far = StoredRow(Math.Clamp(upperHalf ? sourceRow - 1 : sourceRow + 1, 0, component.Height - 1));
        if (doublesColumns)
            DoubleBoth(near, far);
        else
            BlendRows(near, far, upperHalf ? 1 : 2);
        return output;
    }

    private ReadOnlySpan<byte> StoredRow(int row) => component.Samples.AsSpan(row * component.Stride, component.Stride);

    private void Repeat(ReadOnlySpan<byte> stored)
    {
        for (int x = 0; x < frame.Width; x++)
            output[x] = stored[x * component.Horizontal / frame.MaximumHorizontal];
    }

    /// <summary>Rounds down on the left and up on the right of a sample: a dither, so that no shift of brightness adds up.</summary>
    private void DoubleColumns(ReadOnlySpan<byte> stored)
    {
        int last = component.Width - 1;
        Span<byte> row = output;
        row[0] = stored[0];
        for (int x = 0; x < last; x++)
        {
            row[(2 * x) + 1] = (byte)(((3 * stored[x]) + stored[x + 1] + 2) >> 2);
            row[(2 * x) + 2] = (byte)(((3 * stored[x + 1]) + stored[x] + 1) >> 2);
        }

        if ((2 * last) + 1 < row.Length)
            row[(2 * last) + 1] = stored[last];
    }

    private void BlendRows(ReadOnlySpan<byte> near, ReadOnlySpan<byte> far, int rounding)
    {
        for (int x = 0; x < frame.Width; x++)
            output[x] = (byte)(((3 * near[x]) + far[x] + rounding) >> 2);
    }

    private void DoubleBoth(ReadOnlySpan<byte> near, ReadOnlySpan<byte> far)
    {
        int last = component.Width - 1;
        Span<byte> row = output;
        Span<int> sums = columnSums;
        for (int x = 0; x <= last; x++)
            sums[x] = (3 * near[x]) + far[x];

        row[0] = (byte)(((4 * sums[0]) + 8) >> 4);
        for (int x = 0; x < last; x++)
        {
            row[(2 * x) + 1] = (byte)(((3 * sums[x]) + sums[x + 1] + 7) >> 4);
            row[(2 * x) + 2] = (byte)(((3 * sums[x + 1]) + sums[x] + 8) >> 4);
        }

        if ((2 * last) + 1 < row.Length)
            row[(2 * last) + 1] = (byte)(((4 * sums[last]) + 7) >> 4);
    }
}
