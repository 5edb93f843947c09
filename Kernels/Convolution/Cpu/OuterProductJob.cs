using System.Runtime.CompilerServices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu;

/// <summary>
/// The weight gradient: for each tap, input channel and output channel a sum over all pixels of input times output gradient.
/// A ticket is a group of output channels, some blocks of input channels and one part of the rows; each part has sums of its own, which are
/// added up in order afterwards.
/// The partition depends on the sizes alone, so the result does not depend on the number of threads.
/// </summary>
internal unsafe struct OuterProductJob : ICpuJob
{
    // Rows that are walked for all taps before going on: more of them mean fewer times that sums are read and written. Measured: 16 beat 8, 4 and 2.
    private const int RowsAtOnce = 16;

    /// <summary>The kernels for the output gradient's channel block.</summary>
    public MicroKernels Kernels;

    /// <summary>The input.</summary>
    public ChannelPlanes Source;

    /// <summary>The output gradient.</summary>
    public ChannelPlanes Gradient;

    /// <summary>Sizes of the convolution.</summary>
    public ConvolutionShape Shape;

    /// <summary>Order of the sums.</summary>
    public PackedWeightLayout Layout;

    /// <summary>The sums of all parts.</summary>
    public float* Sums;

    /// <summary>How many parts the rows of all images are cut into.</summary>
    public int Parts;

    /// <summary>How many ranges the blocks of input channels are cut into.</summary>
    public int Ranges;

    /// <summary>Rows of tiles: input channels that are added up at once.</summary>
    public int TileRows;

    /// <inheritdoc/>
    public readonly void Execute(int ticket, int worker)
    {
        int group = ticket % Layout.Groups;
        int range = ticket / Layout.Groups % Ranges;
        int part = ticket / Layout.Groups / Ranges;
        int vectors = Layout.VectorsOf(group);
        int firstBlock = Source.Blocks * range / Ranges;
        int endBlock = Source.Blocks * (range + 1) / Ranges;
        float* sums = Sums + (part * (nint)Layout.Length) + Layout.GroupStart(group);
        int endChannel = Math.Min(Layout.Reduced, endBlock * Source.Block);
        for (int tap = 0; tap < Layout.Taps; tap++)
        {
            nint first = Layout.InGroup(vectors, tap, firstBlock * Source.Block);
            new Span<float>(sums + first, (int)(Layout.InGroup(vectors, tap, endChannel) - first)).Clear();
        }

        int rows = Shape.Batch * Shape.OutputHeight;
        int end = (int)((long)rows * (part + 1) / Parts);
        for (int row = (int)((long)rows * part / Parts); row < end;)
        {
            int image = row / Shape.OutputHeight;
            int y = row % Shape.OutputHeight;
            int count = Math.Min(Math.Min(RowsAtOnce, Shape.OutputHeight - y), end - row);
            AddRows(group, vectors, firstBlock, endBlock, image, y, y + count, sums);
            row += count;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void AddRows(int group, int vectors, int firstBlock, int endBlock, int image, int firstRow, int endRow, float* sums)
    {
        ConvolutionShape s = Shape;
        TapAxis rows = TapAxis.Forward(s.InputHeight, s.OutputHeight, s.KernelHeight, s.StrideY, s.PaddingTop, s.DilationY);
        TapAxis columns = TapAxis.Forward(s.InputWidth, s.OutputWidth, s.KernelWidth, s.StrideX, s.PaddingLeft, s.DilationX);
        bool joined = columns.IsContiguous && Source.Blocks == 1 && Source.Channels == Source.Block;
        int channel = group * Layout.GroupVectors * Layout.Lanes;
        float* gradient = Gradient.Data + (image * Gradient.Image) + (channel / Gradient.Block * Gradient.Plane) + (channel % Gradient.Block);
        OuterProductArguments arguments = new()
        {
            SourceRow = s.StrideY * Source.Row,
            SourcePixel = (nint)s.StrideX * Source.Block,
            GradientRow = Gradient.Row,
            GradientPixel = Gradient.Block,
            GradientVector = Layout.Lanes == Gradient.Block ? Gradient.Plane : Layout.Lanes,
        };
        for (int block = firstBlock; block < endBlock; block++)
        {
            int channels = Math.Min(Source.Block, Source.Channels - (block * Source.Block));
            for (int r = 0; r < rows.Taps; r++)
            {
                (int top, int bottom) = rows.Inside(r);
                top = Math.Max(top, firstRow);
                bottom = Math.Min(bottom, endRow);
                if (top >= bottom)
                    continue;
                arguments.Rows = bottom - top;
                float* source = Source.Data + (image * Source.Image) + (block * Source.Plane) + ((((nint)top * s.StrideY) + rows.Offset(r)) * Source.Row);
                var strip = new OuterProductStrip
                {
                    Kernels = Kernels,
                    Arguments = &arguments,
                    Columns = columns,
                    Vectors = vectors,
                    TileRows = TileRows,
                    Channels = channels,
                    Source = source,
                    Gradient = gradient + (top * Gradient.Row),
                    Sums = sums + Layout.InGroup(vectors, r * s.KernelWidth, block * Source.Block),
                    SumRow = vectors * Layout.Lanes,
                    SumsOfTap = Layout.InGroup(vectors, 1, 0),
                    Block = Source.Block,
                };
                if (joined)
                    strip.RunJoined();
                else
                    strip.Run();
            }
        }
    }
}
