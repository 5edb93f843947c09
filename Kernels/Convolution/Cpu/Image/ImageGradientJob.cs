using System.Runtime.CompilerServices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu.Image;

/// <summary>
/// The weight gradient from an NCHW image of few channels. A ticket is one part of the rows, with sums of its own; all taps of all channels
/// are added up at once, so that each output gradient is read once. Pixels whose taps all lie inside read the image where it is, the others
/// a copy with padding. The partition depends on the sizes alone, so the result does not depend on the number of threads.
/// </summary>
internal unsafe struct ImageGradientJob : ICpuJob
{
    private const int RowsAtOnce = 8;

    /// <summary>The kernels for the output gradient's channel block.</summary>
    public MicroKernels Kernels;

    /// <summary>The image.</summary>
    public ImageTaps Taps;

    /// <summary>The output gradient.</summary>
    public ChannelPlanes Gradient;

    /// <summary>Order of the sums, one vector a group: a tap of a channel counts as a tap.</summary>
    public PackedWeightLayout Layout;

    /// <summary>The sums of all parts.</summary>
    public float* Sums;

    /// <summary>How many parts the rows of all images are cut into.</summary>
    public int Parts;

    /// <summary>Room for a copy, for each worker.</summary>
    public float* Scratch;

    /// <summary>Floats of a copy.</summary>
    public readonly long ScratchEach => Math.Max(WholeRow.Length, Strip.Length);

    // A row at the top or the bottom.
    private readonly PaddedWindow WholeRow => new(Taps, 1, Gradient.Width);

    // The columns left or right of those that read inside.
    private readonly PaddedWindow Strip => new(Taps, RowsAtOnce, Math.Max(1, Math.Max(Taps.InnerColumns.Begin, Gradient.Width - Taps.InnerColumns.End)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Execute(int ticket, int worker)
    {
        float* sums = Sums + (ticket * (nint)Layout.Length);
        new Span<float>(sums, (int)Layout.Length).Clear();
        float* copy = Scratch + (worker * ScratchEach);
        (PaddedWindow wholeRow, PaddedWindow strip) = (WholeRow, Strip);
        nint* inside = stackalloc nint[Layout.Taps];
        nint* inRow = stackalloc nint[Layout.Taps];
        nint* inStrip = stackalloc nint[Layout.Taps];
        for (int tap = 0; tap < Layout.Taps; tap++)
            (inside[tap], inRow[tap], inStrip[tap]) = (Taps.Offset(tap), wholeRow.Offset(tap), strip.Offset(tap));
        (int firstRow, int endRow) = Taps.InnerRows;
        (int begin, int end) = Taps.InnerColumns;
        int rows = Gradient.Batch * Gradient.Height;
        int last = (int)((long)rows * (ticket + 1) / Parts);
        for (int row = (int)((long)rows * ticket / Parts); row < last;)
        {
            int picture = row / Gradient.Height;
            int y = row % Gradient.Height;
            int count = 1;
            if (y < firstRow || y >= endRow || begin == end)
            {
                wholeRow.Copy(picture, y, 1, 0, Gradient.Width, copy);
                Add(picture, y, 1, 0, Gradient.Width, copy, wholeRow.Row, inRow, sums);
            }
            else
            {
                count = Math.Min(Math.Min(RowsAtOnce, endRow - y), last - row);
                AddStrip(picture, y, count, 0, begin, strip, copy, inStrip, sums);
                Add(picture, y, count, begin, end, Taps.First(picture, y, begin), Taps.Image.Row, inside, sums);
                AddStrip(picture, y, count, end, Gradient.Width, strip, copy, inStrip, sums);
            }

            row += count;
        }
    }

    private readonly void AddStrip(int picture, int y, int rows, int begin, int end, in PaddedWindow strip, float* copy, nint* offsets, float* sums)
    {
        if (begin == end)
            return;
        strip.Copy(picture, y, rows, begin, end - begin, copy);
        Add(picture, y, rows, begin, end, copy, strip.Row, offsets, sums);
    }

    /// <summary>Adds what a rectangle of output pixels contributes; the source is what the first of them reads with its first tap.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Add(int picture, int y, int rows, int begin, int end, float* source, nint sourceRow, nint* offsets, float* sums)
    {
        OuterProductArguments arguments = new()
        {
            Rows = rows,
            Columns = end - begin,
            SourceRow = Taps.Shape.StrideY * sourceRow,
            SourcePixel = Taps.Shape.StrideX,
            GradientRow = Gradient.Row,
            GradientPixel = Gradient.Block,
        };
        int tiles = (Layout.Taps + Kernels.Rows(1) - 1) / Kernels.Rows(1);
        for (int group = 0; group < Layout.Groups; group++)
        {
            int channel = group * Layout.Lanes;
            float* gradient = Gradient.Data + (picture * Gradient.Image) + (channel / Gradient.Block * Gradient.Plane) + (channel % Gradient.Block)
                + (y * Gradient.Row) + ((nint)begin * Gradient.Block);
            for (int tile = 0; tile < tiles; tile++)
            {
                int first = Layout.Taps * tile / tiles;
                int taps = (Layout.Taps * (tile + 1) / tiles) - first;
                arguments.Offsets = offsets + first;
                Kernels.GatheredProduct(taps, &arguments, source, gradient, sums + Layout.GroupStart(group) + ((nint)first * Layout.Lanes));
            }
        }
    }
}
