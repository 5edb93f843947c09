using SegFromScratch.Training.Images;

namespace SegFromScratch.Training.Data.Polygons;

/// <summary>
/// Fills polygons exactly. A pixel is inside where its centre is; a centre on a left or upper edge is inside, one on a right or lower edge is
/// not, so polygons that share an edge neither overlap nor leave a gap. What lies outside the image is cut off.
/// </summary>
/// <remarks>
/// Row y looks along the line through its centres. An edge from (x0, y0) down to (x1, y1) crosses it where y0 &lt;= yc &lt; y1, at
/// x0 + (yc - y0)(x1 - x0)/(y1 - y0); the first centre that is not left of that is found by whole-number division, without rounding.
/// </remarks>
public static class PolygonFill
{
    /// <summary>The most crossings of edges and rows of one polygon: 16 million, which is 64 MiB.</summary>
    public const long MaximumCrossings = 16L * 1024 * 1024;

    private const int Half = PolygonPoint.Scale / 2;

    /// <summary>Paints the inside of a polygon with a label.</summary>
    /// <param name="mask">What is painted on.</param>
    /// <param name="rings">The corners of each ring; the last corner is joined to the first.</param>
    /// <param name="label">The value of the pixels inside.</param>
    /// <param name="rule">What is inside where rings cross.</param>
    /// <exception cref="ArgumentException">The edges cross more than <see cref="MaximumCrossings"/> rows.</exception>
    public static void Paint(IndexMask mask, IReadOnlyList<PolygonPoint[]> rings, byte label, FillRule rule = FillRule.EvenOdd)
    {
        ArgumentNullException.ThrowIfNull(mask);
        ArgumentNullException.ThrowIfNull(rings);
        (int top, int bottom) = Extent(rings, mask.Height);
        int[] starts = CountCrossings(rings, top, bottom);
        int[] crossings = Cross(rings, starts, top, bottom, mask.Width);
        for (int y = top; y < bottom; y++)
        {
            Span<int> row = crossings.AsSpan(starts[y - top]..starts[y - top + 1]);
            row.Sort();
            PaintRow(mask.Labels.AsSpan(y * mask.Width, mask.Width), row, label, rule);
        }
    }

    // The rows of the image that any edge crosses, so that a small polygon costs little in a large image.
    private static (int Top, int Bottom) Extent(IReadOnlyList<PolygonPoint[]> rings, int height)
    {
        (int top, int bottom) = (height, 0);
        foreach (PolygonPoint[] ring in rings)
        {
            for (int i = 0; i < ring.Length; i++)
            {
                (int first, int end) = Rows(ring[i], ring[(i + 1) % ring.Length], 0, height);
                (top, bottom) = (Math.Min(top, first), Math.Max(bottom, end));
            }
        }
        return (top, Math.Max(top, bottom));
    }

    // starts[y - top] is where row y's crossings begin in one array for all rows; the last element is their number.
    private static int[] CountCrossings(IReadOnlyList<PolygonPoint[]> rings, int top, int bottom)
    {
        int[] changes = new int[bottom - top + 1];
        foreach (PolygonPoint[] ring in rings)
        {
            for (int i = 0; i < ring.Length; i++)
            {
                (int first, int end) = Rows(ring[i], ring[(i + 1) % ring.Length], top, bottom);
                changes[first - top]++;
                changes[end - top]--;
            }
        }
        int[] starts = new int[changes.Length];
        long total = 0;
        for (int row = 0, current = 0; row < starts.Length - 1; row++)
        {
            current += changes[row];
            total += current;
            if (total > MaximumCrossings)
                throw new ArgumentException($"the polygon's edges cross more than {MaximumCrossings} rows of pixels");
            starts[row + 1] = (int)total;
        }
        return starts;
    }

    // Each crossing is 2 x (first column whose centre is not left of it) + (1 where the edge goes down), so that sorting numbers sorts columns.
    private static int[] Cross(IReadOnlyList<PolygonPoint[]> rings, int[] starts, int top, int bottom, int width)
    {
        int[] crossings = new int[starts[^1]], next = [.. starts];
        foreach (PolygonPoint[] ring in rings)
        {
            for (int i = 0; i < ring.Length; i++)
            {
                PolygonPoint from = ring[i], to = ring[(i + 1) % ring.Length];
                int down = from.Y < to.Y ? 1 : 0;
                (PolygonPoint upper, PolygonPoint lower) = down == 1 ? (from, to) : (to, from);
                (int first, int end) = Rows(from, to, top, bottom);
                for (int y = first; y < end; y++)
                {
                    int column = FirstColumn(upper, lower, ((long)y * PolygonPoint.Scale) + Half, width);
                    crossings[next[y - top]++] = (2 * column) + down;
                }
            }
        }
        return crossings;
    }

    // The rows y of top .. bottom - 1 with upper.Y <= 256 y + 128 < lower.Y.
    private static (int First, int End) Rows(PolygonPoint from, PolygonPoint to, int top, int bottom)
    {
        (int upper, int lower) = from.Y < to.Y ? (from.Y, to.Y) : (to.Y, from.Y);
        int first = (int)Math.Clamp(CeilingDivide((long)upper - Half, PolygonPoint.Scale), top, bottom);
        int end = (int)Math.Clamp(CeilingDivide((long)lower - Half, PolygonPoint.Scale), top, bottom);
        return (first, end);
    }

    // The smallest column x of 0 .. width with 256 x + 128 >= upper.X + (center - upper.Y) dx / dy.
    private static int FirstColumn(PolygonPoint upper, PolygonPoint lower, long center, int width)
    {
        long dx = (long)lower.X - upper.X, dy = (long)lower.Y - upper.Y;
        long numerator = (((long)upper.X - Half) * dy) + ((center - upper.Y) * dx);
        return (int)Math.Clamp(CeilingDivide(numerator, PolygonPoint.Scale * dy), 0, width);
    }

    private static long CeilingDivide(long numerator, long positive)
    {
        (long quotient, long rest) = Math.DivRem(numerator, positive);
        return rest > 0 ? quotient + 1 : quotient;
    }

    private static void PaintRow(Span<byte> labels, ReadOnlySpan<int> crossings, byte label, FillRule rule)
    {
        int winding = 0;
        for (int i = 0; i < crossings.Length - 1; i++)
        {
            winding += (crossings[i] & 1) == 1 ? 1 : -1;
            bool inside = rule == FillRule.NonZero ? winding != 0 : (i & 1) == 0;
            if (inside)
                labels[(crossings[i] >> 1)..(crossings[i + 1] >> 1)].Fill(label);
        }
    }
}
