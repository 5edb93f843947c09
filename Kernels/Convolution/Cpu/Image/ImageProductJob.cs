using System.Runtime.CompilerServices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu.Image;

/// <summary>
/// The forward pass from an NCHW image of few channels, some rows of one image a ticket: the rows are copied with their padding,
/// then every tile of output pixels is one product over all channels and taps.
/// </summary>
internal unsafe struct ImageProductJob : ICpuJob
{
    /// <summary>The kernels for the destination's channel block.</summary>
    public MicroKernels Kernels;

    /// <summary>How rows are copied.</summary>
    public PaddedRows Rows;

    /// <summary>What is written, padded channels included.</summary>
    public ChannelPlanes Destination;

    /// <summary>Sizes of the convolution.</summary>
    public ConvolutionShape Shape;

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
    public readonly int Tickets => Shape.Batch * TicketsEach;

    private readonly int TicketsEach => (Shape.OutputHeight + Rows.OutputRows - 1) / Rows.OutputRows;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Execute(int ticket, int worker)
    {
        int picture = ticket / TicketsEach;
        int first = ticket % TicketsEach * Rows.OutputRows;
        int rows = Math.Min(Rows.OutputRows, Shape.OutputHeight - first);
        float* copy = Scratch + (worker * Rows.Length);
        Rows.Copy(picture, first, rows, copy);

        // Taps of one kernel row lie side by side unless they are spread: then each is a segment of its own.
        int length = Shape.DilationX == 1 ? Shape.KernelWidth : 1;
        int count = Layout.Taps / length;
        nint* segments = stackalloc nint[2 * count];
        ProductArguments arguments = new()
        {
            SourcePixel = Shape.StrideX,
            DestinationPixel = Destination.Block,
            DestinationVector = Layout.Lanes == Destination.Block ? Destination.Plane : Layout.Lanes,
            Segments = segments,
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
                segments[2 * segment] = Rows.Offset(segment * length);
                segments[(2 * segment) + 1] = Layout.InGroup(vectors, segment * length, 0);
            }

            arguments.Weights = Weights + Layout.GroupStart(group);
            arguments.Initial = Initial == null ? null : Initial + channel;
            float* target = Destination.Data + (picture * Destination.Image)
                + (channel / Destination.Block * Destination.Plane) + (channel % Destination.Block) + (first * Destination.Row);
            for (int y = 0; y < rows; y++)
                Run(vectors, &arguments, copy + (y * Shape.StrideY * Rows.Row), target + (y * Destination.Row));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Run(int vectors, ProductArguments* arguments, float* source, float* target)
    {
        int tiles = (Shape.OutputWidth + Kernels.Rows(vectors) - 1) / Kernels.Rows(vectors);
        for (int tile = 0; tile < tiles; tile++)
        {
            int left = (int)((long)Shape.OutputWidth * tile / tiles);
            int right = (int)((long)Shape.OutputWidth * (tile + 1) / tiles);
            Kernels.Product(vectors, right - left, arguments, source + ((nint)left * Shape.StrideX), target + ((nint)left * Destination.Block));
        }
    }
}
