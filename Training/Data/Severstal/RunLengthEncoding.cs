using System.Globalization;
using System.Text;
using SegFromScratch.Training.Files;

namespace SegFromScratch.Training.Data.Severstal;

/// <summary>
/// The mask text of Severstal and of other Kaggle contests: pairs "start length", where pixels are numbered from 1 down the first
/// column, then down the second, and so on: pixel p is column (p-1) / height, row (p-1) % height.
/// </summary>
public static class RunLengthEncoding
{
    /// <summary>Sets to 1 the pixels that the text names; the others are left as they are.</summary>
    /// <param name="text">Pairs "start length" with single or more spaces between; empty for an empty mask.</param>
    /// <param name="plane">Height x Width bytes, rows from top to bottom.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <exception cref="FormatException">Not a number, an odd count of numbers, a run outside the image, or runs that are unsorted or overlap.</exception>
    public static void Decode(string text, Span<byte> plane, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(text);
        CheckPlane(plane.Length, width, height);
        int pixels = width * height, end = 1, start = 0, numbers = 0;
        foreach (Range range in text.AsSpan().Split(' '))
        {
            ReadOnlySpan<char> word = text.AsSpan()[range].Trim();
            if (word.IsEmpty)
                continue;
            if (!int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
                throw new FormatException($"'{OneLine.Text(word.ToString())}' is not a pixel number or a run length");
            if (++numbers % 2 == 1)
            {
                start = number;
                continue;
            }
            if (start < 1 || number < 1 || (long)start + number - 1 > pixels)
                throw new FormatException($"run '{start} {number}' leaves the image: pixels go from 1 to {pixels} ({width}x{height})");
            if (start < end)
                throw new FormatException($"run '{start} {number}' begins before the end of the run before it ({end - 1}): runs must be sorted and apart");
            Paint(plane, start - 1, number, width, height);
            end = start + number;
        }
        if (numbers % 2 != 0)
            throw new FormatException($"{numbers} numbers where pairs 'start length' are due: the last length is missing");
    }

    /// <summary>The text of a mask: the longest runs, sorted. An empty mask gives an empty text.</summary>
    /// <param name="plane">Height x Width bytes, rows from top to bottom; 0 is outside, all else inside.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    public static string Encode(ReadOnlySpan<byte> plane, int width, int height)
    {
        CheckPlane(plane.Length, width, height);
        var text = new StringBuilder();
        int start = -1, pixel = 0;
        for (int x = 0; x < width; x++)
        {
            for (int y = 0, offset = x; y < height; y++, offset += width, pixel++)
            {
                bool inside = plane[offset] != 0;
                if (inside && start < 0)
                    start = pixel;
                else if (!inside && start >= 0)
                {
                    Append(text, start, pixel - start);
                    start = -1;
                }
            }
        }
        if (start >= 0)
            Append(text, start, pixel - start);
        return text.ToString();
    }

    private static void Append(StringBuilder text, int start, int length)
    {
        if (text.Length > 0)
            text.Append(' ');
        text.Append(CultureInfo.InvariantCulture, $"{start + 1} {length}");
    }

    private static void Paint(Span<byte> plane, int first, int length, int width, int height)
    {
        (int x, int y) = Math.DivRem(first, height);
        for (int offset = (y * width) + x; length > 0; length--)
        {
            plane[offset] = 1;
            offset += width;
            if (++y == height)
                (y, offset) = (0, ++x);
        }
    }

    private static void CheckPlane(int length, int width, int height)
    {
        if (length != width * height)
            throw new ArgumentException($"{width}x{height} needs {width * height} bytes, not {length}.", nameof(length));
    }
}
