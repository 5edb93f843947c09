namespace SegFromScratch.Training.Prediction;

/// <summary>
/// One of the eight ways to lay a rectangle of pixels onto itself or onto its transpose: first rows and columns change places, then it is mirrored.
/// Pixels are moved and never blended, so the inverse gives back the same bits.
/// </summary>
/// <param name="Transpose">Rows become columns.</param>
/// <param name="FlipX">Then left and right change places.</param>
/// <param name="FlipY">And top and bottom.</param>
public readonly record struct Symmetry(bool Transpose, bool FlipX, bool FlipY)
{
    /// <summary>Leaves everything where it is.</summary>
    public static Symmetry Identity => default;

    /// <summary>Left and right change places.</summary>
    public static Symmetry Mirror => new(false, true, false);

    /// <summary>Top and bottom change places.</summary>
    public static Symmetry VerticalMirror => new(false, false, true);

    /// <summary>A turn by 90 degrees, clockwise.</summary>
    public static Symmetry QuarterTurn => new(true, true, false);

    /// <summary>What undoes it. Mirroring columns before a transposition is mirroring rows after it.</summary>
    public Symmetry Invert() => Transpose ? new Symmetry(true, FlipY, FlipX) : this;

    /// <summary>This one, and then another.</summary>
    public Symmetry Then(Symmetry next)
    {
        (bool flipX, bool flipY) = next.Transpose ? (FlipY, FlipX) : (FlipX, FlipY);
        return new Symmetry(Transpose ^ next.Transpose, flipX ^ next.FlipX, flipY ^ next.FlipY);
    }

    /// <summary>Moves the pixels of planes.</summary>
    /// <param name="planes">Any number of planes of Height x Width values.</param>
    /// <param name="height">Rows of each.</param>
    /// <param name="width">Columns of each.</param>
    /// <returns>As many planes, of Width x Height values where rows become columns.</returns>
    /// <exception cref="ArgumentException">The values are no whole number of planes.</exception>
    public float[] Apply(ReadOnlySpan<float> planes, int height, int width)
    {
        int pixels = checked(height * width);
        if (pixels == 0 || planes.Length % pixels != 0)
            throw new ArgumentException($"{planes.Length} values are no planes of {height} x {width}", nameof(planes));
        (int rows, int columns) = Transpose ? (width, height) : (height, width);
        var moved = new float[planes.Length];
        for (int row = 0; row < planes.Length / columns; row++)
        {
            int y = row % rows, start = row / rows * pixels;
            int from = FlipY ? rows - 1 - y : y;
            Span<float> line = moved.AsSpan(row * columns, columns);
            if (Transpose)
            {
                for (int x = 0; x < columns; x++)
                    line[x] = planes[start + (x * width) + from];
            }
            else
            {
                planes.Slice(start + (from * width), columns).CopyTo(line);
            }

            if (FlipX)
                line.Reverse();
        }

        return moved;
    }
}
