namespace SegFromScratch.Kernels.Cpu;

/// <summary>A tensor cut into runs of rows of one image and channel block.</summary>
/// <param name="Planes">Images times channel blocks.</param>
/// <param name="Rows">Rows of a plane.</param>
/// <param name="Each">Rows of a ticket; the last one of a plane may have fewer.</param>
internal readonly record struct RowTickets(int Planes, int Rows, int Each)
{
    private const int PixelsEach = 2048;

    /// <summary>The tickets of a tensor.</summary>
    /// <param name="planes">The tensor.</param>
    /// <param name="together">Rows that should not be parted: tickets have a multiple of so many where they do not end with the plane.</param>
    /// <param name="pixels">About how many pixels a ticket has.</param>
    public RowTickets(in ChannelPlanes planes, int together = 1, int pixels = PixelsEach)
        : this(planes.Batch * planes.Blocks, planes.Height, (Math.Clamp(pixels / planes.Width, 1, planes.Height) + together - 1) / together * together)
    {
    }

    /// <summary>Tickets of one plane.</summary>
    public int PerPlane => (Rows + Each - 1) / Each;

    /// <summary>The number of tickets.</summary>
    public int Count => Planes * PerPlane;

    /// <summary>The plane of a ticket, its first row and its end.</summary>
    public (int Plane, int First, int End) Find(int ticket)
    {
        int first = ticket % PerPlane * Each;
        return (ticket / PerPlane, first, Math.Min(Rows, first + Each));
    }
}
