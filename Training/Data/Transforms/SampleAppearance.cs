namespace SegFromScratch.Training.Data.Transforms;

/// <summary>Changes of an image that leave its truth alone.</summary>
/// <param name="Saturation">The factor on the distance from grey.</param>
/// <param name="Hue">The turn of the colour circle, as a share of it.</param>
/// <param name="Blur">The deviation of a Gaussian blur, in output pixels.</param>
/// <param name="Noise">The deviation of normally distributed noise, as a share of white.</param>
/// <param name="Random">The stream that the noise is drawn from.</param>
public sealed record SampleAppearance(float Saturation, float Hue, float Blur, float Noise, SeededRandom Random);

/// <summary>A rectangle of the output that is blanked out.</summary>
/// <param name="X">Its first column.</param>
/// <param name="Y">Its first row.</param>
/// <param name="Width">Columns; those outside the output do not matter.</param>
/// <param name="Height">Rows.</param>
public readonly record struct SampleHole(int X, int Y, int Width, int Height);
