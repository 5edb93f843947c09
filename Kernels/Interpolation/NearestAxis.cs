namespace SegFromScratch.Kernels.Interpolation;

/// <summary>
/// Where one axis of a nearest-neighbour interpolation reads: output i at pixel floor(i * Scale), in float32 as PyTorch computes it.
/// Whole numbers would give another pixel for some sizes, 2 to 82 for one, where i * Scale rounds across a whole number.
/// </summary>
/// <param name="Input">n, the input's pixels.</param>
/// <param name="Output">m, the output's pixels.</param>
/// <param name="Scale">n / m in float32.</param>
public readonly record struct NearestAxis(int Input, int Output, float Scale)
{
    /// <summary>The axis for so many pixels.</summary>
    public static NearestAxis Create(int input, int output) => new(input, output, input / (float)output);

    /// <summary>The pixel that output i reads.</summary>
    public int Source(int i) => Math.Min((int)(i * Scale), Input - 1);

    /// <summary>No output before this one reads pixel y; one less than the exact bound, for the rounding of Scale.</summary>
    public int FirstReader(int y) => Math.Max(0, (y * Output / Input) - 1);

    /// <summary>No output after this one reads pixel y; one more than the exact bound, for the rounding of Scale.</summary>
    public int LastReader(int y) => Math.Min(Output - 1, ((y + 1) * Output / Input) + 1);
}
