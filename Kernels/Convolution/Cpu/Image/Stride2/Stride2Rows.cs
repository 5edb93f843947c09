using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu.Image.Stride2;

/// <summary>
/// What two rows of output of a 3x3 convolution of stride 2 read from a picture, transformed for tiles of 2x2 outputs.
/// Along an axis, a tile reads the inputs a b c d e; kept are c, c - e, d, a - c, b. Down the columns these five make five rows of the picture's,
/// in this order; along the rows they are five numbers of a tile. Rows and columns outside the picture are zero.
/// </summary>
/// <param name="taps">The picture and its taps.</param>
internal readonly unsafe struct Stride2Rows(ImageTaps taps)
{
    /// <summary>Numbers of a tile along an axis.</summary>
    public const int Kinds = 5;

    /// <summary>Tiles that are computed at once.</summary>
    public const int TilesAtOnce = 4;

    // Inputs from a tile to the next.
    private const int TileStep = 4;
    private const int Lanes = 16;

    /// <summary>Tiles of a row of output, rounded up to those that are computed at once, over these.</summary>
    public int Groups { get; } = (taps.Shape.OutputWidth + (2 * TilesAtOnce) - 1) / (2 * TilesAtOnce);

    /// <summary>Pairs of rows of output.</summary>
    public int Pairs { get; } = (taps.Shape.OutputHeight + 1) / 2;

    /// <summary>The rows of one pair: kinds times channels, channels innermost.</summary>
    public int Count => Kinds * taps.Image.Channels;

    /// <summary>Floats from the start of a row, where each tile has a - c, b, c - e and d, to its second part, where each has c.</summary>
    public nint Middle => (nint)Groups * TilesAtOnce * TileStep;

    /// <summary>Floats from one row to the next.</summary>
    public nint Row => Middle + (((nint)Groups + 3) / 4 * Lanes);

    /// <summary>
    /// Floats from the rows of one worker to those of the next: twice their length. Walking from row to row, the processor fetches ahead what would be the
    /// next ones; were they another worker's, each would keep taking the lines that the other is writing, which then takes ten times as long.
    /// </summary>
    public long PerWorker => 2 * Count * Row;

    /// <summary>Transforms what a pair of rows of output reads.</summary>
    /// <param name="picture">The number of the picture.</param>
    /// <param name="pair">The number of the pair.</param>
    /// <param name="zeros">A row of zeros, as long as the picture's rows.</param>
    /// <param name="target">Room for the rows.</param>
    public void Fill(int picture, int pair, float* zeros, float* target)
    {
        ChannelPlanes image = taps.Image;
        int top = (pair * TileStep) - taps.Shape.PaddingTop;
        for (int channel = 0; channel < image.Channels; channel++, target += Row)
        {
            float* plane = image.Data + (picture * image.Image) + (channel * image.Plane);
            FillChannel(At(plane, top, zeros), At(plane, top + 1, zeros), At(plane, top + 2, zeros), At(plane, top + 3, zeros), At(plane, top + 4, zeros), target);
        }
    }

    private float* At(float* plane, int y, float* zeros) => (uint)y < (uint)taps.Image.Height ? plane + (y * taps.Image.Row) : zeros;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillChannel(float* a, float* b, float* c, float* d, float* e, float* target)
    {
        nint next = taps.Image.Channels * Row;
        float* middle = target + Middle;
        Vector512<uint> width = Vector512.Create((uint)taps.Image.Width), lanes = Vector512.Create((uint)Lanes);
        Vector512<uint> places = Vector512.CreateSequence(-taps.Shape.PaddingLeft, 1).AsUInt32();
        Vector512<float> inside = Vector512.LessThan(places, width).AsSingle();
        nint x = -taps.Shape.PaddingLeft;
        Vector512<float> a0 = Load(a + x, inside), b0 = Load(b + x, inside), c0 = Load(c + x, inside), d0 = Load(d + x, inside), e0 = Load(e + x, inside);
        for (int group = 0; group < Groups; group++, target += Lanes, middle += TilesAtOnce)
        {
            x += Lanes;
            places += lanes;
            inside = Vector512.LessThan(places, width).AsSingle();
            Vector512<float> a1 = Load(a + x, inside), b1 = Load(b + x, inside), c1 = Load(c + x, inside), d1 = Load(d + x, inside), e1 = Load(e + x, inside);
            Store(c0, c1, target, middle);
            Store(c0 - e0, c1 - e1, target + next, middle + next);
            Store(d0, d1, target + (2 * next), middle + (2 * next));
            Store(a0 - c0, a1 - c1, target + (3 * next), middle + (3 * next));
            Store(b0, b1, target + (4 * next), middle + (4 * next));
            (a0, b0, c0, d0, e0) = (a1, b1, c1, d1, e1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Load(float* place, Vector512<float> inside) => Avx512F.MaskLoad(place, inside, Vector512<float>.Zero);

    /// <summary>Stores four tiles: every other number minus the one two further on, and the third of each tile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<float> numbers, Vector512<float> following, float* target, float* middle)
    {
        Vector512<uint> even = Vector512.Create(-1, 0, -1, 0, -1, 0, -1, 0, -1, 0, -1, 0, -1, 0, -1, 0).AsUInt32();
        Vector512<float> twoFurther = (Avx512F.AlignRight32(following.AsUInt32(), numbers.AsUInt32(), 2) & even).AsSingle();
        (numbers - twoFurther).Store(target);
        Vector512.ShuffleNative(numbers, Vector512.Create(2, 6, 10, 14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)).GetLower().GetLower().Store(middle);
    }
}
