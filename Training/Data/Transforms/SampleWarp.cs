namespace SegFromScratch.Training.Data.Transforms;

/// <summary>A rotation about the middle of the output, then an elastic deformation: where each output pixel is taken from.</summary>
/// <param name="Angle">In radians; what is seen turns clockwise.</param>
/// <param name="Field">The deformation; null: none.</param>
public sealed record SampleWarp(double Angle, ElasticField? Field)
{
    /// <summary>The place in the output as it would be without the warp.</summary>
    /// <param name="x">Column of a pixel's centre, 0 to <paramref name="width"/>.</param>
    /// <param name="y">Row of its centre.</param>
    /// <param name="width">Columns of the output.</param>
    /// <param name="height">Rows of the output.</param>
    public (double X, double Y) Source(double x, double y, int width, int height)
    {
        double middleX = width / 2.0, middleY = height / 2.0;
        (double sine, double cosine) = Math.SinCos(Angle);
        double fromX = x - middleX, fromY = y - middleY;
        (double X, double Y) source = (middleX + (cosine * fromX) + (sine * fromY), middleY - (sine * fromX) + (cosine * fromY));
        if (Field is null)
            return source;
        (double moveX, double moveY) = Field.At(x / width, y / height);
        return (source.X + moveX, source.Y + moveY);
    }
}
