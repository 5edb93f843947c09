using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SegFromScratch.Kernels.Cpu;

/// <summary>
/// The largest channel and the sum of exponentials of many pixels, eight pixels at a time, so that what happens across the lanes of a vector happens for all eight at once:
/// one pixel at a time spends more on that than on its exponentials. The numbers of a pixel do not depend on its neighbours.
/// </summary>
internal readonly unsafe struct SoftmaxSums
{
    private readonly nint* _places;
    private readonly int _count;
    private readonly Vector256<float> _rest;

    /// <summary>Describes the pixels of a tensor.</summary>
    /// <param name="classes">The channels of a pixel.</param>
    /// <param name="places">Room for <see cref="ClassVectors.Count"/> numbers, for as long as this is used.</param>
    public SoftmaxSums(in ClassVectors classes, nint* places)
    {
        _places = places;
        _count = classes.Count;
        _rest = classes.Rest;
        for (int vector = 0; vector < _count; vector++)
            places[vector] = classes.Place(8 * vector);
    }

    /// <summary>Computes both for pixels that follow each other. Where a channel is NaN the sum is.</summary>
    /// <param name="pixels">The first pixel.</param>
    /// <param name="step">Floats from one pixel to the next.</param>
    /// <param name="count">How many.</param>
    /// <param name="largest">Written: the largest channel of each; room for a multiple of eight.</param>
    /// <param name="sums">Written: the sum of exp(x - largest) over the channels of each; room for a multiple of eight.</param>
    public void Compute(float* pixels, nint step, int count, float* largest, float* sums)
    {
        float* rows = stackalloc float[64];
        int i = 0;
        for (; i + 8 <= count; i += 8)
            Eight(_places, _count, _rest, pixels + (i * step), step, rows, largest + i, sums + i);

        // A pixel that is left over takes all eight places.
        float* both = stackalloc float[16];
        for (; i < count; i++)
        {
            Eight(_places, _count, _rest, pixels + (i * step), 0, rows, both, both + 8);
            (largest[i], sums[i]) = (both[0], both[8]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Eight(nint* places, int count, Vector256<float> rest, float* pixels, nint step, float* rows, float* largest, float* sums)
    {
        nint last = places[count - 1];
        Vector256<float> nothing = Vector256.Create(float.NegativeInfinity);
        for (int i = 0; i < 8; i++)
        {
            float* pixel = pixels + (i * step);
            Vector256<float> row = Vector256.ConditionalSelect(rest, Vector256.Load(pixel + last), nothing);
            for (int vector = 0; vector < count - 1; vector++)
                row = MaximumFold.Of(row, Vector256.Load(pixel + places[vector]));
            row.Store(rows + (8 * i));
        }

        RowReduction.Of<MaximumFold>(rows).Store(largest);
        for (int i = 0; i < 8; i++)
        {
            float* pixel = pixels + (i * step);
            Vector256<float> shift = Vector256.Create(largest[i]);
            Vector256<float> row = VectorExponential.OfNonPositiveOrLeast(Vector256.ConditionalSelect(rest, Vector256.Load(pixel + last), nothing) - shift);
            for (int vector = 0; vector < count - 1; vector++)
                row += VectorExponential.OfNonPositiveOrLeast(Vector256.Load(pixel + places[vector]) - shift);
            row.Store(rows + (8 * i));
        }

        RowReduction.Of<SumFold>(rows).Store(sums);
    }
}
