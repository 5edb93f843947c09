using System.Runtime.Intrinsics;

namespace SegFromScratch.Kernels.Cpu;

/// <summary>A tensor of block 8 or 16 cut into runs of pixels of one image and eight channels.</summary>
/// <param name="planes">The tensor.</param>
internal readonly unsafe struct LaneTickets(ChannelPlanes planes)
{
    private readonly PlaneTickets _tickets = new(planes.Batch * planes.Blocks * planes.Block / 8, planes.Height * planes.Width, 4096);

    /// <summary>The number of tickets.</summary>
    public int Count => _tickets.Count;

    /// <summary>Tickets of one image and eight channels.</summary>
    public int PerGroup => _tickets.PerPlane;

    /// <summary>What a ticket covers.</summary>
    public Place Find(int ticket)
    {
        (int group, int first, int length) = _tickets.Find(ticket);
        int groups = planes.Blocks * planes.Block / 8;
        int channel = group % groups * 8;
        nint offset = (group / groups * planes.Image) + (channel / planes.Block * planes.Plane) + ((nint)first * planes.Block) + (channel % planes.Block);
        Vector256<float> filled = Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(planes.Channels - channel)).AsSingle();
        return new Place(group / groups, channel, first, length, offset, filled);
    }

    /// <summary>What a ticket covers.</summary>
    /// <param name="Image">The image.</param>
    /// <param name="Channel">The first of eight channels.</param>
    /// <param name="First">The first pixel.</param>
    /// <param name="Length">The number of pixels.</param>
    /// <param name="Offset">Where the first pixel's eight channels lie in memory.</param>
    /// <param name="Filled">All bits set for channels that are not padding.</param>
    internal readonly record struct Place(int Image, int Channel, int First, int Length, nint Offset, Vector256<float> Filled);
}
