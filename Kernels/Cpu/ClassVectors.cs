using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SegFromScratch.Kernels.Cpu;

/// <summary>
/// The channels of one pixel, eight at a time: for softmaxes, where channels are classes. For tensors of channel block 8 or 16; a pixel is given by its place in the first channel block.
/// </summary>
internal readonly unsafe struct ClassVectors
{
    private readonly nint _block;
    private readonly nint _plane;

    /// <summary>Describes the pixels of a tensor.</summary>
    public ClassVectors(in ChannelPlanes planes)
    {
        (_block, _plane) = (planes.Block, planes.Plane);
        Count = (planes.Channels + 7) / 8;
        Rest = Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(planes.Channels - (8 * (Count - 1)))).AsSingle();
    }

    /// <summary>Vectors that hold channels; the last one may be padded.</summary>
    public int Count { get; }

    /// <summary>Vectors of a pixel in memory, those that only pad the last block among them.</summary>
    public int PaddedCount => _block == 16 ? Count + (Count & 1) : Count;

    /// <summary>All bits set in lanes of the last vector that are channels.</summary>
    public Vector256<float> Rest { get; }

    /// <summary>Where a channel lies from the first of its pixel on. The block is 8 or 16: without a division, which would cost more than an exponential.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint Place(int channel) =>
        _block == 16 ? ((channel >> 4) * _plane) + (channel & 15) : ((channel >> 3) * _plane) + (channel & 7);

    /// <summary>All bits set in the lanes of a vector that are channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Filled(int vector) => vector == Count - 1 ? Rest : Vector256<float>.AllBitsSet;

    /// <summary>A vector of a pixel, with another number where it is padded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Load(float* pixel, int vector, float padding) =>
        Vector256.ConditionalSelect(Filled(vector), Vector256.Load(pixel + Place(8 * vector)), Vector256.Create(padding));

    /// <summary>The largest channel of a pixel. NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Largest(float* pixel)
    {
        Vector256<float> largest = Load(pixel, Count - 1, float.NegativeInfinity);
        for (int vector = 0; vector < Count - 1; vector++)
            largest = Vector256.Max(largest, Vector256.Load(pixel + Place(8 * vector)));
        return Largest(largest);
    }

    /// <summary>The largest channel of a pixel and the sum of exp(x - largest) over its channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (float Largest, float Sum) Exponentials(float* pixel)
    {
        Vector256<float> last = Vector256.ConditionalSelect(Rest, Vector256.Load(pixel + Place(8 * (Count - 1))), Vector256.Create(float.NegativeInfinity));
        Vector256<float> largest = last;
        for (int vector = 0; vector < Count - 1; vector++)
            largest = Vector256.Max(largest, Vector256.Load(pixel + Place(8 * vector)));
        float maximum = Largest(largest);
        Vector256<float> shift = Vector256.Create(maximum);
        Vector256<float> sum = VectorExponential.OfNonPositive(last - shift);
        for (int vector = 0; vector < Count - 1; vector++)
            sum += VectorExponential.OfNonPositive(Vector256.Load(pixel + Place(8 * vector)) - shift);
        return (maximum, Vector256.Sum(sum));
    }

    /// <summary>Writes zeros into the vectors of a pixel that hold no channel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void ClearPadding(float* pixel)
    {
        for (int vector = Count; vector < PaddedCount; vector++)
            Vector256<float>.Zero.Store(pixel + Place(8 * vector));
    }

    /// <summary>The largest of eight numbers. NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(Vector256<float> x)
    {
        Vector128<float> four = Vector128.Max(x.GetLower(), x.GetUpper());
        Vector128<float> two = Vector128.Max(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return MathF.Max(two[0], two[1]);
    }
}
