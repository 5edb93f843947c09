using System.Runtime.CompilerServices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu.Image;

/// <summary>
/// The forward pass from an NCHW image of few channels, some rows of one image a ticket: every tile of output pixels is one product over
/// all channels and taps. Tiles whose taps all lie inside read the image where it is, those at its edges a copy with padding.
/// </summary>
internal unsafe struct ImageProductJob : ICpuJob
{
    // Some 20 microseconds for 32 filters: long against taking a ticket, short against the whole.
    private const int RowsEach = 4;

    /// <summary>The kernels for the destination's channel block.</summary>
    public MicroKernels Kernels;

    /// <summary>What is read.</summary>
    public ImageTaps Taps;

    /// <summary>What is written, padded channels included.</summary>
    public ChannelPlanes Destination;

    /// <summary>Order of the packed weights: a tap of a channel counts as a tap.</summary>
    public PackedWeightLayout Layout;

    /// <summary>The packed weights.</summary>
    public float* Weights;

    /// <summary>A number for each output channel, padded to vectors, that sums start from; or null.</summary>
    public float* Initial;

    /// <summary>Results are not less than this.</summary>
    public float Floor;

    /// <summary>Room for a copy, for each worker.</summary>
    public float* Scratch;

    /// <summary>The number of tickets.</summary>
    public readonly int Tickets => Destination.Batch * TicketsEach;

    /// <summary>How the edges are copied, a tile at a time.</summary>
    public readonly PaddedWindow Edge => new(Taps, 1, Kernels.Rows(1));

    private readonly int TicketsEach => (Destination.Height + RowsEach - 1) / RowsEach;

    // Taps of one kernel row lie side by side unless they are spread: then each is a segment of its own.
    private readonly int SegmentLength => Taps.Shape.DilationX == 1 ? Taps.Shape.KernelWidth : 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Execute(int ticket, int worker)
    {
        int picture = ticket / TicketsEach;
        int firstRow = ticket % TicketsEach * RowsEach;
        int endRow = Math.Min(Destination.Height, firstRow + RowsEach);
        (int Begin, int End) innerRows = Taps.InnerRows;
        (int Begin, int End) innerColumns = Taps.InnerColumns;
        PaddedWindow edge = Edge;
        float* copy = Scratch + (worker * edge.Length);
        int length = SegmentLength;
        int count = Layout.Taps / length;
        nint* inside = stackalloc nint[2 * count];
        nint* copied = stackalloc nint[2 * count];
        ProductArguments arguments = new()
        {
            SourcePixel = Taps.Shape.StrideX,
            DestinationPixel = Destination.Block,
            DestinationVector = Layout.Lanes == Destination.Block ? Destination.Plane : Layout.Lanes,
            SegmentCount = count,
            SegmentLength = length,
            Floor = Floor,
        };
        for (int group = 0; group < Layout.Groups; group++)
        {
            int vectors = Layout.VectorsOf(group);
            int channel = group * Layout.GroupVectors * Layout.Lanes;
            for (int segment = 0; segment < count; segment++)
            {
                inside[2 * segment] = Taps.Offset(segment * length);
                copied[2 * segment] = edge.Offset(segment * length);
                inside[(2 * segment) + 1] = copied[(2 * segment) + 1] = Layout.InGroup(vectors, segment * length, 0);
            }

            arguments.Weights = Weights + Layout.GroupStart(group);
            arguments.Initial = Initial == null ? null : Initial + channel;
            float* target = Destination.Data + (picture * Destination.Image)
                + (channel / Destination.Block * Destination.Plane) + (channel % Destination.Block);
            for (int y = firstRow; y < endRow; y++)
            {
                (int begin, int end) = y >= innerRows.Begin && y < innerRows.End ? innerColumns : (0, 0);
                arguments.Segments = inside;
                RunInside(vectors, &arguments, Taps.First(picture, y, begin), begin, end, target + (y * Destination.Row));

                // Afterwards, when what they copy is in the cache.
                arguments.Segments = copied;
                RunEdge(vectors, &arguments, picture, y, 0, begin, edge, copy, target + (y * Destination.Row));
                RunEdge(vectors, &arguments, picture, y, end, Destination.Width, edge, copy, target + (y * Destination.Row));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void RunInside(int vectors, ProductArguments* arguments, float* source, int begin, int end, float* target)
    {
        EvenTiles tiles = new(end - begin, Kernels.Rows(vectors));
        target += (nint)begin * Destination.Block;
        for (int tile = 0; tile < tiles.Count; tile++)
        {
            int columns = tiles.Length(tile);
            float* next = target + ((nint)columns * Destination.Block);
            for (int vector = 0; vector < vectors; vector++)
                Prefetch.Lines(next + (vector * arguments->DestinationVector), Destination.Block, columns);
            Kernels.Product(vectors, columns, arguments, source, target);
            source += (nint)columns * Taps.Shape.StrideX;
            target = next;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void RunEdge(
        int vectors, ProductArguments* arguments, int picture, int y, int begin, int end, in PaddedWindow edge, float* copy, float* target)
    {
        EvenTiles tiles = new(end - begin, Kernels.Rows(vectors));
        for (int tile = 0; tile < tiles.Count; tile++)
        {
            int columns = tiles.Length(tile);
            edge.Copy(picture, y, 1, begin, columns, copy);
            Kernels.Product(vectors, columns, arguments, copy, target + ((nint)begin * Destination.Block));
            begin += columns;
        }
    }
}
