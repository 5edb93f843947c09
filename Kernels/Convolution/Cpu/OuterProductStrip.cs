using System.Runtime.CompilerServices;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu;

/// <summary>A few rows of pixels times one kernel row: the part of a weight gradient for which only columns are left to walk.</summary>
internal unsafe ref struct OuterProductStrip
{
    /// <summary>The kernels to call.</summary>
    public MicroKernels Kernels;

    /// <summary>Distances; the number of columns is set here.</summary>
    public OuterProductArguments* Arguments;

    /// <summary>The columns.</summary>
    public TapAxis Columns;

    /// <summary>Vectors of output channels.</summary>
    public int Vectors;

    /// <summary>Input channels added up at once.</summary>
    public int TileRows;

    /// <summary>Input channels of the block.</summary>
    public int Channels;

    /// <summary>The input, at column 0 of the first row.</summary>
    public float* Source;

    /// <summary>The output gradient, at column 0 of the first row.</summary>
    public float* Gradient;

    /// <summary>The sums of tap column 0.</summary>
    public float* Sums;

    /// <summary>Floats of the sums of one input channel.</summary>
    public int SumRow;

    /// <summary>Floats from the sums of one tap column to those of the next.</summary>
    public nint SumsOfTap;

    /// <summary>Floats of an input pixel.</summary>
    public int Block;

    /// <summary>One tap column after the other, each over the columns where it reads inside the input.</summary>
    public readonly void Run()
    {
        for (int tap = 0; tap < Columns.Taps; tap++)
        {
            (int begin, int end) = Columns.Inside(tap);
            if (begin < end)
                Call(begin, end, tap, Channels);
        }
    }

    /// <summary>All tap columns at once: their channels lie side by side. At the edges those that read inside.</summary>
    public readonly void RunJoined()
    {
        for (int begin = 0; begin < Columns.Count;)
        {
            (int firstTap, int endTap) = Columns.TapsInside(begin);
            int end = Columns.Count;
            for (int tap = 0; tap < Columns.Taps; tap++)
            {
                (int tapBegin, int tapEnd) = Columns.Inside(tap);
                if (tapBegin > begin)
                    end = Math.Min(end, tapBegin);
                if (tapEnd > begin)
                    end = Math.Min(end, tapEnd);
            }

            if (firstTap < endTap)
                Call(begin, end, firstTap, (endTap - firstTap) * Channels);
            begin = end;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Call(int begin, int end, int tap, int channels)
    {
        Arguments->Columns = end - begin;
        float* source = Source + (begin * Arguments->SourcePixel) + ((nint)Columns.Offset(tap) * Block);
        float* gradient = Gradient + (begin * Arguments->GradientPixel);
        float* sums = Sums + (tap * SumsOfTap);
        int tiles = (channels + TileRows - 1) / TileRows;
        for (int tile = 0; tile < tiles; tile++)
        {
            int first = channels * tile / tiles;
            int rows = (channels * (tile + 1) / tiles) - first;
            Kernels.OuterProduct(Vectors, rows, Arguments, source + first, gradient, sums + ((nint)first * SumRow));
        }
    }
}
