using System.Runtime.CompilerServices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu.Image.Stride2;

/// <summary>
/// The weight gradient by tiles of 2x2 outputs. A ticket is one part of the pairs of rows, with sums of its own. The partition depends on the sizes alone,
/// so the result does not depend on the number of threads.
/// </summary>
internal unsafe struct Stride2GradientJob : ICpuJob
{
    // So few that the output gradients of two rows stay in the first-level cache for all transformed rows.
    private const int TilesAtOnce = 50;
    private const int Lanes = Stride2Weights.Lanes;
    private const int PixelLength = Stride2Weights.VectorsAtOnce * Lanes;

    /// <summary>The picture.</summary>
    public ImageTaps Taps;

    /// <summary>How it is transformed.</summary>
    public Stride2Rows Rows;

    /// <summary>The output gradient.</summary>
    public ChannelPlanes Gradient;

    /// <summary>The sums of all parts, in the order of transformed weights.</summary>
    public float* Sums;

    /// <summary>Floats of one part's sums.</summary>
    public nint Length;

    /// <summary>How many parts the pairs of rows of all pictures are cut into.</summary>
    public int Parts;

    /// <summary>A row of zeros, as long as the picture's rows.</summary>
    public float* Zeros;

    /// <summary>Room for transformed rows, for each worker.</summary>
    public float* Scratch;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Execute(int ticket, int worker)
    {
        float* sums = Sums + (ticket * Length), rows = Scratch + (worker * Rows.PerWorker);
        new Span<float>(sums, (int)Length).Clear();
        long pairs = (long)Gradient.Batch * Rows.Pairs;
        int end = (int)(pairs * (ticket + 1) / Parts);
        for (int pair = (int)(pairs * ticket / Parts); pair < end; pair++)
        {
            (int picture, int number) = (pair / Rows.Pairs, pair % Rows.Pairs);
            Rows.Fill(picture, number, Zeros, rows);
            bool single = (2 * number) + 1 == Gradient.Height;
            float* gradient = Gradient.Data + (picture * Gradient.Image) + (2 * number * Gradient.Row);
            float* blockSums = sums;
            for (int block = 0; block < Gradient.Blocks; block += Stride2Weights.VectorsAtOnce)
            {
                AddRow(rows, gradient, single, blockSums);
                gradient += Stride2Weights.VectorsAtOnce * Gradient.Plane;
                blockSums += new Stride2Weights(Taps.Image.Channels).PairLength;
            }
        }
    }

    private readonly void AddRow(float* rows, float* gradient, bool single, float* sums)
    {
        int tiles = Gradient.Width / 2;
        for (int first = 0; first < tiles; first += TilesAtOnce)
            Add(Math.Min(TilesAtOnce, tiles - first), rows, first, gradient + ((nint)first * 2 * Lanes), Gradient.Plane, Gradient.Row, single, sums);
        if (Gradient.Width % 2 == 0)
            return;

        // The last tile has one column; the other counts as zero.
        float* last = stackalloc float[4 * PixelLength];
        new Span<float>(last, 4 * PixelLength).Clear();
        float* source = gradient + ((nint)tiles * 2 * Lanes);
        for (int row = 0; row < (single ? 1 : 2); row++)
        {
            for (int vector = 0; vector < Stride2Weights.VectorsAtOnce; vector++)
            {
                new ReadOnlySpan<float>(source + (row * Gradient.Row) + (vector * Gradient.Plane), Lanes)
                    .CopyTo(new Span<float>(last + (row * 2 * PixelLength) + (vector * PixelLength), Lanes));
            }
        }

        Add(1, rows, tiles, last, PixelLength, 2 * PixelLength, single, sums);
    }

    /// <summary>Adds what some tiles contribute.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Add(int tiles, float* rows, int tile, float* gradient, nint vector, nint below, bool single, float* sums)
    {
        int channels = Taps.Image.Channels;
        float* numbers = rows + ((nint)tile * 4), middles = rows + Rows.Middle + tile;
        float* unused = stackalloc float[Stride2Weights.RowLength];
        nint step = Rows.Row;
        for (int row = 0; row < Rows.Count; row += 2)
        {
            // The rows of kind c come first; where their number is odd, the last of them goes alone.
            bool both = row < channels, alone = row + 1 == channels;
            float* from = numbers + (row * step), middle = middles + (row * step), to = sums + ((nint)row * Stride2Weights.RowLength);
            float* next = alone ? unused : to + Stride2Weights.RowLength;
            if (both && !single)
                Stride2OuterProduct.Add<Stride2BothRows>(tiles, from, middle, alone ? 0 : step, gradient, vector, below, to, next);
            else if (both || row >= 3 * channels)
                Stride2OuterProduct.Add<Stride2OneRow>(tiles, from, middle, alone ? 0 : step, gradient, vector, 0, to, next);
            else if (!single)
                Stride2OuterProduct.Add<Stride2OneRow>(tiles, from, middle, step, gradient + below, vector, 0, to, next);
            if (alone)
                row--;
        }
    }
}
