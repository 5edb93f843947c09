using System.Runtime.CompilerServices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu;

/// <summary>
/// The direct convolution: every destination pixel is a sum over taps and source channels of a source pixel times packed weights.
/// Forward passes and input gradients are both this job; only their <see cref="TapAxis"/> and the packing of the weights differ.
/// Padding costs no copies: taps that fall outside are left out, for whole rows and for the edge columns of a tile.
/// </summary>
internal unsafe struct TapProductJob : ICpuJob
{
    /// <summary>The kernels for the destination's channel block.</summary>
    public MicroKernels Kernels;

    /// <summary>What is read.</summary>
    public ChannelPlanes Source;

    /// <summary>What is written, padded channels included.</summary>
    public ChannelPlanes Destination;

    /// <summary>Sizes of the convolution.</summary>
    public ConvolutionShape Shape;

    /// <summary>The job is an input gradient.</summary>
    public bool Backward;

    /// <summary>Order of the packed weights.</summary>
    public PackedWeightLayout Layout;

    /// <summary>The packed weights.</summary>
    public float* Weights;

    /// <summary>A number for each output channel, padded to vectors, that sums start from; or null.</summary>
    public float* Initial;

    /// <summary>Results are not less than this.</summary>
    public float Floor;

    /// <summary>How the destination is cut into tickets.</summary>
    public TapProductTickets Tickets;

    // All segments are of one length: half blocks where the last one is only half in use.
    private readonly int SegmentLength =>
        Source.Blocks == 1 ? Source.Channels : Layout.Reduced % Source.Block == 0 ? Source.Block : Layout.Reduced % Source.Block;

    private readonly int Pieces => Layout.Reduced / SegmentLength;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Execute(int ticket, int worker)
    {
        TapProductTickets.Place place = Tickets.Find(ticket);
        ConvolutionShape s = Shape;
        TapAxis rows = Backward
            ? TapAxis.InputGradient(place.ResidueY, s.InputHeight, s.OutputHeight, s.KernelHeight, s.StrideY, s.PaddingTop, s.DilationY)
            : TapAxis.Forward(s.InputHeight, s.OutputHeight, s.KernelHeight, s.StrideY, s.PaddingTop, s.DilationY);
        TapAxis columns = Backward
            ? TapAxis.InputGradient(place.ResidueX, s.InputWidth, s.OutputWidth, s.KernelWidth, s.StrideX, s.PaddingLeft, s.DilationX)
            : TapAxis.Forward(s.InputWidth, s.OutputWidth, s.KernelWidth, s.StrideX, s.PaddingLeft, s.DilationX);
        int vectors = Layout.VectorsOf(place.Group);
        int firstChannel = place.Group * Layout.GroupVectors * Layout.Lanes;
        bool joined = columns.IsContiguous && Source.Blocks == 1 && Source.Channels == Source.Block;
        nint* segments = stackalloc nint[Math.Max(2, 2 * rows.Taps * columns.Taps * (joined ? 2 : Pieces))];
        ProductArguments arguments = new()
        {
            SourcePixel = (nint)columns.SourceStep * Source.Block,
            DestinationPixel = (nint)columns.Step * Destination.Block,
            DestinationVector = Layout.Lanes == Destination.Block ? Destination.Plane : Layout.Lanes,
            Weights = Weights + Layout.GroupStart(place.Group),
        };
        var row = new TapProductRow
        {
            Kernels = Kernels,
            Arguments = &arguments,
            Columns = columns,
            Vectors = vectors,
            Initial = Initial == null ? null : Initial + firstChannel,
            Floor = Floor,
            Segments = segments,
            Joined = joined,
            SegmentLength = SegmentLength,
            Block = Source.Block,
            WeightPixel = Layout.Reduced * vectors * Layout.Lanes,
        };
        float* image = Source.Data + (place.Image * Source.Image);
        float* target = Destination.Data + (place.Image * Destination.Image)
            + (firstChannel / Destination.Block * Destination.Plane) + (firstChannel % Destination.Block)
            + ((nint)columns.Start * Destination.Block);
        int lastRow = Math.Min(rows.Count, place.Row + Tickets.RowsEach);
        int lastColumn = Math.Min(columns.Count, place.Column + Tickets.ColumnsEach);
        for (int y = place.Row; y < lastRow; y++)
        {
            (int firstTap, int endTap) = rows.TapsInside(y);
            row.SegmentsPerColumnTap = AddSegments(segments, rows, columns, y, firstTap, endTap, vectors, joined);
            row.Run(image, target + ((rows.Start + ((nint)y * rows.Step)) * Destination.Row), place.Column, lastColumn);
        }
    }

    /// <summary>
    /// Lists what a row's pixels sum over, by tap column, then channel block, then tap row; or, where the taps of a row lie side by side
    /// in memory, by tap row alone, each one segment long enough for all columns. Returns the segments of one tap column.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly int AddSegments(nint* segments, in TapAxis rows, in TapAxis columns, int y, int firstTap, int endTap, int vectors, bool joined)
    {
        int listedColumns = joined ? Math.Min(1, columns.Taps) : columns.Taps;
        for (int x = 0; x < listedColumns; x++)
        {
            for (int channel = 0; channel < Layout.Reduced; channel += SegmentLength)
            {
                nint start = Source.BlockStart(channel / Source.Block) + (channel % Source.Block) + ((nint)columns.Offset(x) * Source.Block);
                for (int tap = firstTap; tap < endTap; tap++)
                {
                    *segments++ = start + ((((nint)y * rows.SourceStep) + rows.Offset(tap)) * Source.Row);
                    *segments++ = Layout.InGroup(vectors, (rows.PackedTap(tap) * Shape.KernelWidth) + columns.PackedTap(x), channel);
                }
            }
        }

        return (endTap - firstTap) * Pieces;
    }
}
