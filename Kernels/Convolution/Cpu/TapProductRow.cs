using System.Runtime.CompilerServices;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu;

/// <summary>
/// One row of destination pixels, cut into tiles. In the middle of a row all tap columns read inside the source and a tile is one call;
/// at its ends each run of tap columns with the same valid pixels is a call of its own.
/// </summary>
internal unsafe ref struct TapProductRow
{
    /// <summary>The kernels to call.</summary>
    public MicroKernels Kernels;

    /// <summary>What stays the same from tile to tile.</summary>
    public ProductArguments* Arguments;

    /// <summary>The columns.</summary>
    public TapAxis Columns;

    /// <summary>Vectors of output channels.</summary>
    public int Vectors;

    /// <summary>What sums start from, or null.</summary>
    public float* Initial;

    /// <summary>Results are not less than this.</summary>
    public float Floor;

    /// <summary>The row's segments by tap column; room for as many again follows where they are joined.</summary>
    public nint* Segments;

    /// <summary>The segments of each tap column.</summary>
    public int SegmentsPerColumnTap;

    /// <summary>Each segment holds the channels of all tap columns side by side.</summary>
    public bool Joined;

    /// <summary>Channels of a segment of one tap column.</summary>
    public int SegmentLength;

    /// <summary>Floats of a source pixel.</summary>
    public int Block;

    /// <summary>Floats of one tap's weights.</summary>
    public int WeightPixel;

    /// <summary>Computes the columns from first to end.</summary>
    /// <param name="image">The source image.</param>
    /// <param name="target">The destination of column 0.</param>
    /// <param name="first">The first column.</param>
    /// <param name="end">Past the last column.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run(float* image, float* target, int first, int end)
    {
        int innerFirst = Columns.Taps == 0 ? 0 : Columns.Inside(0).Begin;
        int innerEnd = Columns.Taps == 0 ? end : Columns.Inside(Columns.Taps - 1).End;
        EvenTiles tiles = new(end - first, Kernels.Rows(Vectors));
        int right = first;
        for (int tile = 0; tile < tiles.Count; tile++)
        {
            int left = right;
            right += tiles.Length(tile);
            if (left >= innerFirst && right <= innerEnd)
            {
                Start(Initial, accumulate: false, Floor);
                Call(image, target, left, right, 0, Columns.Taps);
            }
            else
            {
                EdgeTile(image, target, left, right);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void EdgeTile(float* image, float* target, int left, int right)
    {
        Start(Initial, accumulate: false, float.NegativeInfinity);
        Call(image, target, left, right, 0, 0);
        Start(null, accumulate: true, float.NegativeInfinity);
        int fullBegin = 0;
        int fullEnd = 0;
        for (int tap = 0; tap < Columns.Taps;)
        {
            (int begin, int end) = InsideTile(tap, left, right);
            int next = tap + 1;
            while (next < Columns.Taps && InsideTile(next, left, right) == (begin, end))
                next++;
            if (begin == left && end == right)
                (fullBegin, fullEnd) = (tap, next);
            else if (begin < end)
                Call(image, target, begin, end, tap, next);
            tap = next;
        }

        // Last, because only the call that sees every pixel of the tile may apply the floor.
        Start(null, accumulate: true, Floor);
        Call(image, target, left, right, fullBegin, fullEnd);
    }

    private readonly (int Begin, int End) InsideTile(int tap, int left, int right)
    {
        (int begin, int end) = Columns.Inside(tap);
        begin = Math.Max(begin, left);
        return (begin, Math.Max(begin, Math.Min(end, right)));
    }

    private readonly void Start(float* initial, bool accumulate, float floor)
    {
        Arguments->Initial = initial;
        Arguments->Accumulate = accumulate;
        Arguments->Floor = floor;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Call(float* image, float* target, int left, int right, int firstTap, int endTap)
    {
        if (Joined)
        {
            Arguments->Segments = firstTap == 0 ? Segments : Shifted(firstTap);
            Arguments->SegmentCount = endTap > firstTap ? SegmentsPerColumnTap : 0;
            Arguments->SegmentLength = (endTap - firstTap) * SegmentLength;
        }
        else
        {
            Arguments->Segments = Segments + (2 * firstTap * SegmentsPerColumnTap);
            Arguments->SegmentCount = (endTap - firstTap) * SegmentsPerColumnTap;
            Arguments->SegmentLength = SegmentLength;
        }

        Kernels.Product(Vectors, right - left, Arguments, image + (left * Arguments->SourcePixel), target + (left * Arguments->DestinationPixel));
    }

    /// <summary>Joined segments without their first tap columns.</summary>
    private readonly nint* Shifted(int firstTap)
    {
        nint* shifted = Segments + (2 * SegmentsPerColumnTap);
        for (int i = 0; i < SegmentsPerColumnTap; i++)
        {
            shifted[2 * i] = Segments[2 * i] + ((nint)firstTap * Block);
            shifted[(2 * i) + 1] = Segments[(2 * i) + 1] + ((nint)firstTap * WeightPixel);
        }

        return shifted;
    }
}
