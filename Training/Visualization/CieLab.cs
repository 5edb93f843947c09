namespace SegFromScratch.Training.Visualization;

/// <summary>A colour in the CIE 1976 L*a*b* space under the white of sRGB (D65).</summary>
/// <param name="Lightness">L*, 0 (black) to 100 (white).</param>
/// <param name="GreenRed">a*, negative to green, positive to red.</param>
/// <param name="BlueYellow">b*, negative to blue, positive to yellow.</param>
internal readonly record struct CieLab(double Lightness, double GreenRed, double BlueYellow)
{
    /// <summary>Converts an sRGB colour: IEC 61966-2-1 for the curve and the matrix, CIE 15 for L*a*b*.</summary>
    public static CieLab FromRgb((byte R, byte G, byte B) color)
    {
        double red = Linear(color.R), green = Linear(color.G), blue = Linear(color.B);
        double x = CubeRoot(((0.4124 * red) + (0.3576 * green) + (0.1805 * blue)) / 0.9505);
        double y = CubeRoot((0.2126 * red) + (0.7152 * green) + (0.0722 * blue));
        double z = CubeRoot(((0.0193 * red) + (0.1192 * green) + (0.9505 * blue)) / 1.0890);
        return new CieLab((116 * y) - 16, 500 * (x - y), 200 * (y - z));
    }

    /// <summary>The square of the colour difference of 1976.</summary>
    public double SquaredDistance(CieLab other)
    {
        double lightness = Lightness - other.Lightness, greenRed = GreenRed - other.GreenRed, blueYellow = BlueYellow - other.BlueYellow;
        return (lightness * lightness) + (greenRed * greenRed) + (blueYellow * blueYellow);
    }

    private static double Linear(byte value)
    {
        double share = value / 255.0;
        return share <= 0.04045 ? share / 12.92 : Math.Pow((share + 0.055) / 1.055, 2.4);
    }

    // The straight part near black keeps the slope finite.
    private static double CubeRoot(double share)
    {
        const double bend = 6.0 / 29;
        return share > bend * bend * bend ? Math.Cbrt(share) : (share / (3 * bend * bend)) + (4.0 / 29);
    }
}
