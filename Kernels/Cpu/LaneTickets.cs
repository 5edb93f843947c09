using System.Runtime.Intrinsics;

namespace SegFromScratch.Kernels.Cpu;

/// <summary>A tensor of block 8 or 16 cut into runs of pixels of one image and eight channels.</summary>
/// <param name="planes">The tensor.</param>
internal readonly unsafe struct LaneTickets(ChannelPlanes planes)
{
    // Eight channels of them are 32 KB of every cache line that they touch.
    private readonly PlaneTickets _tickets = new(planes.Batch * planes.Blocks, planes.Height * planes.Width, 1024);

    /// <summary>The number of tickets.</summary>
    public int Count => _tickets.Count * Halves;

    // The two halves of a block of 16 follow each other, so that the second finds in the cache what the first fetched.
    private int Halves => planes.Block / 8;

    /// <summary>What a ticket covers.</summary>
    public Place Find(int ticket)
    {
        (int plane, int first, int length) = _tickets.Find(ticket / Halves);
        int half = ticket % Halves * 8;
        int channel = (plane % planes.Blocks * planes.Block) + half;
        nint offset = (plane * planes.Plane) + ((nint)first * planes.Block) + half;
        Vector256<float> filled = Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(planes.Channels - channel)).AsSingle();
        return new Place(plane / planes.Blocks, channel, first, length, offset, filled);
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
