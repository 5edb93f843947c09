namespace SegFromScratch.Kernels.Interpolation;

/// <summary>
/// Where one axis of a bilinear interpolation reads: output i at <c>(i * Multiplier + Offset) / Divisor</c>, not below 0.
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
    public int Lower(int i) => Math.Min(Numerator(i) / Divisor, Input - 1);

    /// <summary>The upper one: the next pixel, or the last again.</summary>
    public int Upper(int i) => Math.Min(Lower(i) + 1, Input - 1);

    /// <summary>The share of the upper pixel, from 0 to below 1.</summary>
    public float Fraction(int i) => Numerator(i) % Divisor / (float)Divisor;

    /// <summary>The share of input pixel y in output i: the derivative of one by the other along this axis.</summary>
    public float Weight(int i, int y)
    {
        float fraction = Fraction(i);
        return (Lower(i) == y ? 1f - fraction : 0f) + (Upper(i) == y ? fraction : 0f);
    }

    /// <summary>No output before this one reads pixel y: outputs that do read it lie above y - 1.</summary>
    public int FirstReader(int y) => Multiplier == 0 ? 0 : Math.Max(0, (((y - 1) * Divisor) - Offset) / Multiplier);

    /// <summary>No output after this one reads pixel y: outputs that do read it lie below y + 1.</summary>
    public int LastReader(int y) => Multiplier == 0 ? Output - 1 : Math.Min(Output - 1, (((y + 1) * Divisor) - Offset) / Multiplier);

    private int Numerator(int i) => Math.Max((i * Multiplier) + Offset, 0);
}
