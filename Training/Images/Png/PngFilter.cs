using System.Numerics;
using System.Runtime.InteropServices;

namespace SegFromScratch.Training.Images.Png;

/// <summary>The five row filters (W3C PNG, clause 9): a byte is stored as its difference, modulo 256, to a prediction made of
/// the byte to its left (a), the one above (b) and the one above left (c). Bytes outside the picture count as 0.</summary>
internal static class PngFilter
{
    /// <summary>Filter types 0 to 4: None, Sub, Up, Average, Paeth.</summary>
    public const int Count = 5;

    /// <summary>Turns differences back into samples, in place.</summary>
    /// <param name="filter">0 to 4.</param>
    /// <param name="row">The filtered row.</param>
    /// <param name="above">The row above, already restored; zeros above the first.</param>
    /// <param name="step">Bytes from a byte to the one left of it.</param>
    public static void Undo(int filter, Span<byte> row, ReadOnlySpan<byte> above, int step)
    {
        above = above[..row.Length];
        int first = Math.Min(step, row.Length);
        switch (filter)
        {
            case 1:
                for (int i = step; i < row.Length; i++)
                    row[i] += row[i - step];
                break;
            case 2:
                AddRows(row, above);
                break;
            case 3:
                for (int i = 0; i < first; i++)
                    row[i] += (byte)(above[i] >> 1);
                for (int i = step; i < row.Length; i++)
                    row[i] += (byte)((row[i - step] + above[i]) >> 1);
                break;
            case 4:
                for (int i = 0; i < first; i++)
                    row[i] += above[i];
                for (int i = step; i < row.Length; i++)
                    row[i] += Paeth(row[i - step], above[i], above[i - step]);
                break;
        }
    }

    /// <summary>Writes the differences of a row; the inverse of <see cref="Undo"/>.</summary>
    public static void Apply(int filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int step, Span<byte> filtered)
    {
        for (int i = 0; i < row.Length; i++)
        {
            (byte left, byte aboveLeft) = i >= step ? (row[i - step], above[i - step]) : ((byte)0, (byte)0);
            int prediction = filter switch
            {
                1 => left,
                2 => above[i],
                3 => (left + above[i]) >> 1,
                4 => Paeth(left, above[i], aboveLeft),
                _ => 0,
            };
            filtered[i] = (byte)(row[i] - prediction);
        }
    }

    /// <summary>The neighbour that is nearest to a + b - c; ties go to a, then b (9.4).</summary>
    private static byte Paeth(int left, int above, int aboveLeft)
    {
        int toLeft = Math.Abs(above - aboveLeft);
        int toAbove = Math.Abs(left - aboveLeft);
        int toAboveLeft = Math.Abs(left + above - (2 * aboveLeft));
        int nearest = toAbove <= toAboveLeft ? above : aboveLeft;
        return (byte)(toLeft <= toAbove && toLeft <= toAboveLeft ? left : nearest);
    }

    private static void AddRows(Span<byte> row, ReadOnlySpan<byte> above)
    {
        Span<Vector<byte>> rowVectors = MemoryMarshal.Cast<byte, Vector<byte>>(row);
        ReadOnlySpan<Vector<byte>> aboveVectors = MemoryMarshal.Cast<byte, Vector<byte>>(above);
        for (int i = 0; i < rowVectors.Length; i++)
            rowVectors[i] += aboveVectors[i];
        for (int i = rowVectors.Length * Vector<byte>.Count; i < row.Length; i++)
            row[i] += above[i];
    }
}
