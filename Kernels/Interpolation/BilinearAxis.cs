namespace SegFromScratch.Kernels.Interpolation;

/// <summary>
/// Where one axis of a bilinear interpolation reads: output i at <c>(i * Multiplier + Offset) / Divisor</c>, kept between the first and the last pixel.
/// Whole numbers make both the pixel and the fraction exact; in float32 the fraction of pixel 4000 has only 11 bits left.
/// </summary>
/// <param name="Input">n, the input's pixels.</param>
/// <param name="Output">m, the output's pixels.</param>
/// <param name="Multiplier">2n, or n - 1 with aligned corners.</param>
/// <param name="Offset">n - m, or 0 with aligned corners.</param>
/// <param name="Divisor">2m, or m - 1 with aligned corners.</param>
public readonly record struct BilinearAxis(int Input, int Output, int Multiplier, int Offset, int Divisor)
{
    /// <summary>Half-pixel centres: (i + 1/2) n/m - 1/2 = (2n i + n - m) / 2m.</summary>
    public static BilinearAxis HalfPixel(int input, int output) => new(input, output, 2 * input, input - output, 2 * output);

    /// <summary>Aligned corners: i (n - 1) / (m - 1), and 0 for a single output.</summary>
    public static BilinearAxis AlignCorners(int input, int output) =>
        output == 1 ? new(input, output, 0, 0, 1) : new(input, output, input - 1, 0, output - 1);

    /// <summary>The lower of the two pixels that output i reads.</summary>
    public int Lower(int i) => Numerator(i) / Divisor;

    /// <summary>The upper one: the pixel after the lower one, or the last again.</summary>
    public int Upper(int lower) => Math.Min(lower + 1, Input - 1);

    /// <summary>The share of the upper pixel in output i, from 0 to below 1.</summary>
    public float Fraction(int i, int lower) => (Numerator(i) - (lower * Divisor)) / (float)Divisor;

    /// <summary>The share of input pixel y in output i, the derivative of one by the other along this axis: 1 at the pixel itself, falling to 0 at its neighbours.</summary>
    public float Weight(int i, int y)
    {
        int distance = Math.Abs(Numerator(i) - (y * Divisor));
        return distance < Divisor ? (Divisor - distance) / (float)Divisor : 0f;
    }

    /// <summary>No output before this one reads pixel y: outputs that do read it lie above y - 1.</summary>
    public int FirstReader(int y) => Multiplier == 0 ? 0 : Math.Max(0, (((y - 1) * Divisor) - Offset) / Multiplier);

    /// <summary>No output after this one reads pixel y: outputs that do read it lie below y + 1.</summary>
    public int LastReader(int y) => Multiplier == 0 ? Output - 1 : Math.Min(Output - 1, (((y + 1) * Divisor) - Offset) / Multiplier);

    // Places before the first pixel or after the last one read that pixel.
    private int Numerator(int i) => Math.Min(Math.Max((i * Multiplier) + Offset, 0), (Input - 1) * Divisor);
}
