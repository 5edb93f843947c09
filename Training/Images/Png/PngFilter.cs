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
    /// <param name="filter">0 to 4.</param>
    /// <param name="row">The samples.</param>
    /// <param name="above">The row above; zeros above the first.</param>
    /// <param name="step">Bytes from a byte to the one left of it.</param>
    /// <param name="filtered">The differences; other memory than the row.</param>
    public static void Apply(int filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int step, Span<byte> filtered)
    {
        int i = Math.Min(step, row.Length);
        for (int first = 0; first < i; first++)
            filtered[first] = (byte)(row[first] - Predict(filter, 0, above[first], 0));
        for (; i <= row.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            var left = new Vector<byte>(row[(i - step)..]);
            Vector<byte> up = new(above[i..]), upLeft = new(above[(i - step)..]);
            (new Vector<byte>(row[i..]) - Predict(filter, left, up, upLeft)).CopyTo(filtered[i..]);
        }

        for (; i < row.Length; i++)
            filtered[i] = (byte)(row[i] - Predict(filter, row[i - step], above[i], above[i - step]));
    }

    private static int Predict(int filter, byte left, byte above, byte aboveLeft) => filter switch
    {
        1 => left,
        2 => above,
        3 => (left + above) >> 1,
        4 => Paeth(left, above, aboveLeft),
        _ => 0,
    };

    private static Vector<byte> Predict(int filter, Vector<byte> left, Vector<byte> above, Vector<byte> aboveLeft) => filter switch
    {
        1 => left,
        2 => above,

        // (a + b) >> 1 without a ninth bit.
        3 => (left & above) + ((left ^ above) >>> 1),
        4 => Paeth(left, above, aboveLeft),
        _ => Vector<byte>.Zero,
    };

    /// <summary>The neighbour that is nearest to a + b - c; ties go to a, then b (9.4).</summary>
    private static byte Paeth(int left, int above, int aboveLeft)
    {
        int toLeft = Math.Abs(above - aboveLeft);
        int toAbove = Math.Abs(left - aboveLeft);
        int toAboveLeft = Math.Abs(left + above - (2 * aboveLeft));
        int nearest = toAbove <= toAboveLeft ? above : aboveLeft;
        return (byte)(toLeft <= toAbove && toLeft <= toAboveLeft ? left : nearest);
    }

    private static Vector<byte> Paeth(Vector<byte> left, Vector<byte> above, Vector<byte> aboveLeft)
    {
        Vector<ushort> low = Paeth(Vector.AsVectorInt16(Vector.WidenLower(left)), Vector.AsVectorInt16(Vector.WidenLower(above)), Vector.AsVectorInt16(Vector.WidenLower(aboveLeft)));
        Vector<ushort> high = Paeth(Vector.AsVectorInt16(Vector.WidenUpper(left)), Vector.AsVectorInt16(Vector.WidenUpper(above)), Vector.AsVectorInt16(Vector.WidenUpper(aboveLeft)));
        return Vector.Narrow(low, high);
    }

    private static Vector<ushort> Paeth(Vector<short> left, Vector<short> above, Vector<short> aboveLeft)
    {
        Vector<short> toLeft = Vector.Abs(above - aboveLeft), toAbove = Vector.Abs(left - aboveLeft);
        Vector<short> toAboveLeft = Vector.Abs(left + above - aboveLeft - aboveLeft);
        Vector<short> nearest = Vector.ConditionalSelect(Vector.LessThanOrEqual(toAbove, toAboveLeft), above, aboveLeft);
        Vector<short> takesLeft = Vector.LessThanOrEqual(toLeft, toAbove) & Vector.LessThanOrEqual(toLeft, toAboveLeft);
        return Vector.AsVectorUInt16(Vector.ConditionalSelect(takesLeft, left, nearest));
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
