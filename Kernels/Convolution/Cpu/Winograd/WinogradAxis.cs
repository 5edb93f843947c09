namespace SegFromScratch.Kernels.Convolution.Cpu.Winograd;

/// <summary>
/// One direction of the tiles of a 3x3 convolution of stride 1. With a dilation d, the outputs whose positions leave the same remainder by d
/// read only inputs of one remainder, as an undilated convolution of a d-th of the length: tiles are numbered by remainder, then by position.
/// </summary>
/// <param name="Length">Outputs.</param>
/// <param name="Dilation">Positions from one tap to the next, and from one output of a tile to the next.</param>
internal readonly record struct WinogradAxis(int Length, int Dilation)
{
    // The first remainders have one output more than the others.
    private int Longer => Length % Dilation;

    private int TilesOfLonger => Tiles((Length / Dilation) + 1);

    private int TilesOfShorter => Tiles(Length / Dilation);

    /// <summary>The number of tiles.</summary>
    public int Count => (Longer * TilesOfLonger) + ((Dilation - Longer) * TilesOfShorter);

    /// <summary>The first output of a tile.</summary>
    public int Start(int tile)
    {
        int remainder = 0;
        int each = TilesOfLonger;
        if (tile >= Longer * TilesOfLonger)
        {
            tile -= Longer * TilesOfLonger;
            remainder = Longer;
            each = TilesOfShorter;
        }

        return remainder + (tile / each) + (tile % each * WinogradTiles.Outputs * Dilation);
    }

    /// <summary>The first output of the tile after that which starts at an output; the length or more after the last.</summary>
    public int Next(int start)
    {
        start += WinogradTiles.Outputs * Dilation;
        if (start < Length)
            return start;
        int remainder = (start % Dilation) + 1;
        return remainder < Dilation ? remainder : Length;
    }

    /// <summary>How many outputs of a tile lie inside.</summary>
    public int Inside(int start) => Math.Min(WinogradTiles.Outputs, (Length - start + Dilation - 1) / Dilation);

    private static int Tiles(int outputs) => (outputs + WinogradTiles.Outputs - 1) / WinogradTiles.Outputs;
}
