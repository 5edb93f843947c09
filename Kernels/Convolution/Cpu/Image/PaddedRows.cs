using System.Runtime.CompilerServices;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu.Image;

/// <summary>
/// Rows of an NCHW image of few channels, copied with the padding around them: small enough to stay in the cache while some rows of
/// output are computed, and without edges, so that every output pixel reads every tap.
/// </summary>
/// <param name="image">The image, of channel block 1.</param>
/// <param name="shape">The convolution that reads it.</param>
/// <param name="outputRows">The most rows of output that are computed from one copy.</param>
internal readonly unsafe struct PaddedRows(ChannelPlanes image, ConvolutionShape shape, int outputRows)
{
    private const int LineFloats = 16;

    private int Columns => ((shape.OutputWidth - 1) * shape.StrideX) + ((shape.KernelWidth - 1) * shape.DilationX) + 1;

    private int Rows(int outputs) => ((outputs - 1) * shape.StrideY) + ((shape.KernelHeight - 1) * shape.DilationY) + 1;

    /// <summary>The most rows of output that are computed from one copy.</summary>
    public int OutputRows => outputRows;

    /// <summary>Floats from one copied row to the next.</summary>
    public nint Row => (Columns + LineFloats - 1) / LineFloats * LineFloats;

    /// <summary>Floats from one copied channel to the next.</summary>
    public nint Plane => Rows(outputRows) * Row;

    /// <summary>Floats of a copy.</summary>
    public long Length => image.Channels * Plane;

    /// <summary>The weights of one output channel: what each output pixel sums over.</summary>
    public int Taps => image.Channels * shape.KernelHeight * shape.KernelWidth;

    /// <summary>Where a tap lies, from the place of the first: its number counts channels, then rows, then columns of the kernel, as canonical weights do.</summary>
    public nint Offset(int tap)
    {
        int row = tap / shape.KernelWidth;
        return (row / shape.KernelHeight * Plane) + (row % shape.KernelHeight * shape.DilationY * Row) + (tap % shape.KernelWidth * shape.DilationX);
    }

    /// <summary>Copies what some rows of output read.</summary>
    /// <param name="picture">The number of the image.</param>
    /// <param name="firstRow">The first row of output.</param>
    /// <param name="rows">Rows of output, at most <see cref="OutputRows"/>.</param>
    /// <param name="target">Room for <see cref="Length"/> floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Copy(int picture, int firstRow, int rows, float* target)
    {
        int left = Math.Min(shape.PaddingLeft, Columns);
        int inside = Math.Clamp(image.Width, 0, Columns - left);
        for (int channel = 0; channel < image.Channels; channel++)
        {
            float* pixels = image.Data + (picture * image.Image) + (channel * image.Plane);
            for (int i = 0; i < Rows(rows); i++)
            {
                var line = new Span<float>(target + (channel * Plane) + (i * Row), Columns);
                int y = (firstRow * shape.StrideY) - shape.PaddingTop + i;
                if ((uint)y >= (uint)image.Height)
                {
                    line.Clear();
                    continue;
                }

                line[..left].Clear();
                new ReadOnlySpan<float>(pixels + (y * image.Row), inside).CopyTo(line[left..]);
                line[(left + inside)..].Clear();
            }
        }
    }
}
