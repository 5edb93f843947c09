namespace SegFromScratch.Training.Data.Synthetic;

/// <summary>Smooth random surfaces: random heights on a lattice, interpolated between its points.</summary>
internal static class ValueNoise
{
    /// <summary>Adds a surface with heights in -amplitude .. amplitude to a plane.</summary>
    /// <param name="plane">Height x Width values.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="cellWidth">Columns between lattice points; at least 1.</param>
    /// <param name="cellHeight">Rows between lattice points; at least 1.</param>
    /// <param name="amplitude">The greatest height.</param>
    /// <param name="random">Gives the heights.</param>
    public static void Add(Span<float> plane, int width, int height, float cellWidth, float cellHeight, float amplitude, ref SeededRandom random)
    {
        int columns = (int)(width / cellWidth) + 2, rows = (int)(height / cellHeight) + 2;
        float[] lattice = new float[rows * columns];
        foreach (ref float value in lattice.AsSpan())
            value = (float)random.NextDouble(-amplitude, amplitude);
        float[] across = new float[columns];
        var places = new (int Cell, float Fraction)[width];
        for (int x = 0; x < width; x++)
            places[x] = Place(x, cellWidth);
        for (int y = 0; y < height; y++)
        {
            (int row, float down) = Place(y, cellHeight);
            for (int i = 0; i < columns; i++)
                across[i] = Between(lattice[(row * columns) + i], lattice[((row + 1) * columns) + i], down);
            Span<float> line = plane.Slice(y * width, width);
            for (int x = 0; x < width; x++)
            {
                (int column, float right) = places[x];
                line[x] += Between(across[column], across[column + 1], right);
            }
        }
    }

    private static (int Cell, float Fraction) Place(int position, float cell)
    {
        float scaled = position / cell;
        int whole = (int)scaled;
        float fraction = scaled - whole;
        return (whole, fraction * fraction * (3 - (2 * fraction)));
    }

    private static float Between(float first, float second, float fraction) => first + ((second - first) * fraction);
}
