namespace SegFromScratch.Training.Prediction;

/// <summary>
/// The tiles along one side of a picture: where they begin, and how much each place of each tile counts. At every place of the picture the weights of the tiles there have the sum 1.
/// A tile's weight at a pixel is the product of those of its two axes, so these too have the sum 1.
/// </summary>
public sealed class TileAxis
{
    private readonly float[][] _weights;

    /// <summary>Spreads tiles evenly: the first begins with the picture, the last ends with it.</summary>
    /// <param name="length">Pixels of the picture's side, at least 1.</param>
    /// <param name="tile">Pixels of a tile's side, at least 1.</param>
    /// <param name="overlap">The least share of a tile that neighbours have in common: 0 to below 1.</param>
    /// <param name="window">How the weight falls towards the tile's ends.</param>
    public TileAxis(int length, int tile, double overlap, TileWindow window)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(tile, 1);
        Length = Math.Min(tile, length);
        int room = length - Length, stride = Math.Max(1, (int)Math.Floor(Length * (1 - overlap)));
        int count = 1 + ((room + stride - 1) / stride);
        Starts = [.. Enumerable.Range(0, count).Select(index => count == 1 ? 0 : (int)Math.Round((double)index * room / (count - 1)))];
        _weights = Normalize(length, [.. Enumerable.Range(0, Length).Select(place => Value(window, place, Length))]);
    }

    /// <summary>Pixels of each tile.</summary>
    public int Length { get; }

    /// <summary>The first pixel of each tile, ascending.</summary>
    public IReadOnlyList<int> Starts { get; }

    /// <summary>How much each place of a tile counts.</summary>
    public ReadOnlySpan<float> Weights(int tile) => _weights[tile];

    private float[][] Normalize(int length, double[] window)
    {
        var sums = new double[length];
        foreach (int start in Starts)
        {
            for (int place = 0; place < window.Length; place++)
                sums[start + place] += window[place];
        }

        return [.. Starts.Select(start => Enumerable.Range(0, window.Length).Select(place => (float)(window[place] / sums[start + place])).ToArray())];
    }

    private static double Value(TileWindow window, int place, int length)
    {
        double middle = place + 0.5;
        return window switch
        {
            TileWindow.Hann => (1 - Math.Cos(2 * Math.PI * middle / length)) / 2,
            TileWindow.Gaussian => Math.Exp(-Math.Pow((middle - (length / 2.0)) / (length / 8.0), 2) / 2),
            _ => 1,
        };
    }
}
