using System.Runtime.CompilerServices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu.Image;

/// <summary>
/// The weight gradient from an NCHW image of few channels. A ticket is one part of the rows, with sums of its own; a few rows at a time
/// are copied with their padding, then all taps of all channels are added up at once, so that each output gradient is read once.
/// The partition depends on the sizes alone, so the result does not depend on the number of threads.
/// </summary>
internal unsafe struct ImageGradientJob : ICpuJob
{
    /// <summary>The kernels for the output gradient's channel block.</summary>
    public MicroKernels Kernels;

    /// <summary>How rows are copied.</summary>
    public PaddedRows Rows;

    /// <summary>The output gradient.</summary>
    public ChannelPlanes Gradient;

    /// <summary>Sizes of the convolution.</summary>
    public ConvolutionShape Shape;

    /// <summary>Order of the sums, one vector a group: a tap of a channel counts as a tap.</summary>
    public PackedWeightLayout Layout;

    /// <summary>The sums of all parts.</summary>
    public float* Sums;

    /// <summary>How many parts the rows of all images are cut into.</summary>
    public int Parts;

    /// <summary>Room for a copy, for each worker.</summary>
    public float* Scratch;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Execute(int ticket, int worker)
    {
        float* sums = Sums + (ticket * (nint)Layout.Length);
        new Span<float>(sums, (int)Layout.Length).Clear();
        float* copy = Scratch + (worker * Rows.Length);
        nint* offsets = stackalloc nint[Layout.Taps];
        for (int tap = 0; tap < Layout.Taps; tap++)
            offsets[tap] = Rows.Offset(tap);
        int rows = Shape.Batch * Shape.OutputHeight;
        int end = (int)((long)rows * (ticket + 1) / Parts);
        for (int row = (int)((long)rows * ticket / Parts); row < end;)
        {
            int picture = row / Shape.OutputHeight;
            int y = row % Shape.OutputHeight;
            int count = Math.Min(Math.Min(Rows.OutputRows, Shape.OutputHeight - y), end - row);
            Rows.Copy(picture, y, count, copy);
            AddRows(picture, y, count, copy, offsets, sums);
            row += count;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void AddRows(int picture, int y, int count, float* copy, nint* offsets, float* sums)
    {
        OuterProductArguments arguments = new()
        {
            Rows = count,
            Columns = Shape.OutputWidth,
            SourceRow = Shape.StrideY * Rows.Row,
            SourcePixel = Shape.StrideX,
            GradientRow = Gradient.Row,
            GradientPixel = Gradient.Block,
        };
        int tiles = (Layout.Taps + Kernels.Rows(1) - 1) / Kernels.Rows(1);
        for (int group = 0; group < Layout.Groups; group++)
        {
            int channel = group * Layout.Lanes;
            float* gradient = Gradient.Data + (picture * Gradient.Image)
                + (channel / Gradient.Block * Gradient.Plane) + (channel % Gradient.Block) + (y * Gradient.Row);
            for (int tile = 0; tile < tiles; tile++)
            {
                int first = Layout.Taps * tile / tiles;
                int taps = (Layout.Taps * (tile + 1) / tiles) - first;
                arguments.Offsets = offsets + first;
                Kernels.GatheredProduct(taps, &arguments, copy, gradient, sums + Layout.GroupStart(group) + ((nint)first * Layout.Lanes));
            }
        }
    }
}
