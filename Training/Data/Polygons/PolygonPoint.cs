namespace SegFromScratch.Training.Data.Polygons;

/// <summary>
/// A corner in whole 256ths of a pixel, so that every decision about it is exact arithmetic. Pixel (x, y) covers x to x + 1 and y to y + 1: its
/// centre is at (x + 1/2, y + 1/2).
/// </summary>
/// <param name="X">256ths of a pixel to the right of the image's left edge.</param>
/// <param name="Y">256ths of a pixel below the image's top edge.</param>
public readonly record struct PolygonPoint(int X, int Y)
{
    /// <summary>Steps of a pixel.</summary>
    public const int Scale = 256;

    /// <summary>The farthest coordinate, either way, in pixels. Products of two coordinates in 256ths then fit into 64 bits.</summary>
    public const double Farthest = 1 << 20;

    /// <summary>True where a coordinate is a number no farther out than <see cref="Farthest"/>.</summary>
    public static bool IsPossible(double coordinate) => Math.Abs(coordinate) <= Farthest;

    /// <summary>The nearest point to coordinates in pixels.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A coordinate is not <see cref="IsPossible"/>.</exception>
    public static PolygonPoint FromPixels(double x, double y) =>
        IsPossible(x) && IsPossible(y)
            ? new PolygonPoint((int)Math.Round(x * Scale), (int)Math.Round(y * Scale))
            : throw new ArgumentOutOfRangeException(nameof(x), $"({x}, {y}) is farther than {Farthest} pixels away.");
}
