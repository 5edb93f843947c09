using System.Runtime.CompilerServices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu.Image;

/// <summary>
/// The forward pass from an NCHW image of few channels, some rows of one image a ticket: every tile of output pixels is one product over
/// all channels and those taps that lie inside the image.
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

    /// <summary>The number of tickets.</summary>
    public readonly int Tickets => Destination.Batch * TicketsEach;

    private readonly int TicketsEach => (Destination.Height + RowsEach - 1) / RowsEach;

    // Taps of one kernel row lie side by side unless they are spread: then each is a segment of its own.
    private readonly bool Joined => Taps.Shape.DilationX == 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Execute(int ticket, int worker)
    {
        int picture = ticket / TicketsEach;
        int firstRow = ticket % TicketsEach * RowsEach;
        int endRow = Math.Min(Destination.Height, firstRow + RowsEach);
        (TapAxis rows, TapAxis columns) = (Taps.Rows, Taps.Columns);
        (int begin, int end) = Taps.InnerColumns;
        nint* segments = stackalloc nint[2 * Layout.Taps];
        ProductArguments arguments = new()
        {
            SourcePixel = Taps.Shape.StrideX,
            DestinationPixel = Destination.Block,
            DestinationVector = Layout.Lanes == Destination.Block ? Destination.Plane : Layout.Lanes,
            Segments = segments,
            Floor = Floor,
        };
        for (int group = 0; group < Layout.Groups; group++)
        {
            int vectors = Layout.VectorsOf(group);
            int channel = group * Layout.GroupVectors * Layout.Lanes;
            arguments.Weights = Weights + Layout.GroupStart(group);
            arguments.Initial = Initial == null ? null : Initial + channel;
            float* image = Destination.Data + (picture * Destination.Image)
                + (channel / Destination.Block * Destination.Plane) + (channel % Destination.Block);
            for (int y = firstRow; y < endRow; y++)
            {
                (int Begin, int End) tapRows = rows.TapsInside(y);
                float* source = Taps.First(picture, y, 0);
                float* target = image + (y * Destination.Row);
                List(&arguments, vectors, tapRows, (0, columns.Taps));
                Run(&arguments, vectors, source, begin, end, target);
                RunEdge(&arguments, vectors, tapRows, columns, source, 0, begin, target);
                RunEdge(&arguments, vectors, tapRows, columns, source, end, Destination.Width, target);
            }
        }
    }

    /// <summary>Lists what pixels sum over.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void List(ProductArguments* arguments, int vectors, (int Begin, int End) rows, (int Begin, int End) columns)
    {
        nint* segment = arguments->Segments;
        for (int channel = 0; channel < Taps.Image.Channels; channel++)
        {
            for (int row = rows.Begin; row < rows.End; row++)
            {
                nint line = (channel * Taps.Image.Plane) + (row * Taps.Shape.DilationY * Taps.Image.Row);
                int firstTap = ((channel * Taps.Shape.KernelHeight) + row) * Taps.Shape.KernelWidth;
                for (int column = columns.Begin; column < (Joined ? columns.Begin + 1 : columns.End); column++)
                {
                    *segment++ = line + (column * Taps.Shape.DilationX);
                    *segment++ = Layout.InGroup(vectors, firstTap + column, 0);
                }
            }
        }

        arguments->SegmentCount = (nint)(segment - arguments->Segments) / 2;
        arguments->SegmentLength = Joined ? columns.End - columns.Begin : 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Run(ProductArguments* arguments, int vectors, float* source, int begin, int end, float* target)
    {
        EvenTiles tiles = new(end - begin, Kernels.Rows(vectors));
        source += (nint)begin * Taps.Shape.StrideX;
        target += (nint)begin * Destination.Block;
        for (int tile = 0; tile < tiles.Count; tile++)
        {
            int columns = tiles.Length(tile);
            Kernels.Product(vectors, columns, arguments, source, target);
            source += (nint)columns * Taps.Shape.StrideX;
            target += (nint)columns * Destination.Block;
        }
    }

    /// <summary>Columns some of whose taps lie outside: those that read the same taps are computed together.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void RunEdge(
        ProductArguments* arguments, int vectors, (int Begin, int End) tapRows, in TapAxis columns, float* source, int begin, int end, float* target)
    {
        while (begin < end)
        {
            (int Begin, int End) taps = columns.TapsInside(begin);
            int next = begin + 1;
            while (next < end && columns.TapsInside(next) == taps)
                next++;
            List(arguments, vectors, tapRows, taps);
            Run(arguments, vectors, source, begin, next, target);
            begin = next;
        }
    }
}
