using System.Runtime.CompilerServices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu.Image.Stride2;

/// <summary>The forward pass by tiles of 2x2 outputs, some pairs of rows of one picture a ticket.</summary>
internal unsafe struct Stride2ProductJob : ICpuJob
{
    // Some 20 microseconds for 32 filters: long against taking a ticket, short against the whole.
    private const int PairsEach = 2;
    private const int Lanes = Stride2Weights.Lanes;
    private const int LineBytes = 64;
    private const int InitialLength = Stride2Weights.VectorsAtOnce * Lanes;
    private const int RoomLength = InitialLength + (3 * Stride2Product.Length);

    /// <summary>What is read.</summary>
    public ImageTaps Taps;

    /// <summary>How it is transformed.</summary>
    public Stride2Rows Rows;

    /// <summary>What is written, padded channels included.</summary>
    public ChannelPlanes Destination;

    /// <summary>The transformed weights.</summary>
    public float* Weights;

    /// <summary>A number for each output channel, padded to vectors, that sums start from; or null.</summary>
    public float* Initial;

    /// <summary>Results are not less than this.</summary>
    public float Floor;

    /// <summary>A row of zeros, as long as the picture's rows.</summary>
    public float* Zeros;

    /// <summary>Room for transformed rows, for each worker.</summary>
    public float* Scratch;

    /// <summary>The number of tickets.</summary>
    public readonly int Tickets => Destination.Batch * TicketsEach;

    private readonly int TicketsEach => (Rows.Pairs + PairsEach - 1) / PairsEach;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Execute(int ticket, int worker)
    {
        int picture = ticket / TicketsEach;
        int first = ticket % TicketsEach * PairsEach;
        float* rows = Scratch + (worker * Rows.PerWorker);
        for (int pair = first; pair < Math.Min(Rows.Pairs, first + PairsEach); pair++)
        {
            Rows.Fill(picture, pair, Zeros, rows);
            for (int block = 0; block < Destination.Blocks; block += Stride2Weights.VectorsAtOnce)
                Multiply(picture, 2 * pair, block, rows);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Multiply(int picture, int y, int block, float* rows)
    {
        float* room = stackalloc float[RoomLength + Lanes];
        float* initial = (float*)(((nint)room + LineBytes - 1) / LineBytes * LineBytes), shared = initial + InitialLength, rest = shared + Stride2Product.Length;
        if (Initial == null)
            new Span<float>(initial, InitialLength).Clear();
        Stride2Product product = new()
        {
            Channels = Taps.Image.Channels,
            Row = Rows.Row,
            Initial = Initial == null ? initial : Initial + (block * Lanes),
            Floor = Floor,
            Shared = shared,
        };
        float* weights = Weights + (block / Stride2Weights.VectorsAtOnce * new Stride2Weights(Taps.Image.Channels).PairLength);
        float* upper = Destination.Data + (picture * Destination.Image) + (block * Destination.Plane) + (y * Destination.Row);
        nint next = y + 1 < Destination.Height ? Destination.Row : 0;
        float* numbers = rows, middles = rows + Rows.Middle;
        int x = 0;
        for (; x + Stride2Product.Pixels <= Destination.Width; x += Stride2Product.Pixels, upper += Stride2Product.Pixels * Lanes)
        {
            product.Run(numbers, middles, weights, upper, upper + next, Destination.Plane);
            numbers += Lanes;
            middles += Stride2Rows.TilesAtOnce;
        }

        if (x == Destination.Width)
            return;
        product.Run(numbers, middles, weights, rest, rest + Stride2Product.Length, Stride2Product.Length / 2);
        int length = (Destination.Width - x) * Lanes;
        for (int vector = 0; vector < Stride2Weights.VectorsAtOnce; vector++, rest += Stride2Product.Length / 2, upper += Destination.Plane)
        {
            new ReadOnlySpan<float>(rest, length).CopyTo(new Span<float>(upper, length));
            if (next > 0)
                new ReadOnlySpan<float>(rest + Stride2Product.Length, length).CopyTo(new Span<float>(upper + next, length));
        }
    }
}
