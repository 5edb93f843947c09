namespace SegFromScratch.Training.Prediction;

/// <summary>How a picture is cut into overlapping tiles, each of which the network sees alone.</summary>
public sealed record TileOptions
{
    /// <summary>Columns of a tile, at least 1; a narrower picture is one tile wide.</summary>
    public required int Width { get; init; }

    /// <summary>Rows of a tile, at least 1; a lower picture is one tile high.</summary>
    public required int Height { get; init; }

    /// <summary>The least share of a tile's sides that neighbours have in common: 0 to below 1.</summary>
    public double Overlap { get; init; } = 0.5;

    /// <summary>How much each place of a tile counts where several overlap.</summary>
    public TileWindow Window { get; init; } = TileWindow.Hann;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    public void Validate()
    {
        if (Width < 1 || Height < 1)
            throw new ArgumentException($"a tile has at least one pixel, not {Width}x{Height}");
        if (Overlap is not (>= 0 and < 1))
            throw new ArgumentException($"the overlap of tiles is from 0 to below 1, not {Overlap}");
    }
}

/// <summary>How the weight of a tile's answer falls from its middle to its edges, along each side.</summary>
public enum TileWindow
{
    /// <summary>(1 - cos(2 π (i + 1/2) / n)) / 2: near 0 at the edges, where the network sees least around a pixel.</summary>
    Hann,

    /// <summary>exp(-(d / σ)² / 2), d the distance from the middle and σ an eighth of the side.</summary>
    Gaussian,

    /// <summary>Everywhere alike.</summary>
    Flat,
}
