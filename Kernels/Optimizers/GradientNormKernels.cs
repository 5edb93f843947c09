using SegFromScratch.Kernels.Reduction;

namespace SegFromScratch.Kernels.Optimizers;

/// <summary>How a gradient is shortened.</summary>
/// <param name="Factor">What every element is multiplied by.</param>
public readonly record struct Shortening(float Factor) : IUpdateRule
{
    /// <summary>target = factor * target.</summary>
    public void Apply(int index, ArrayView<float> target, ArrayView<float> source, ArrayView<float> first, ArrayView<float> second) =>
        target[index] *= Factor;
}

/// <summary>The length of all gradients together, and its limit: eight gradients a launch. Sums run in a fixed order, the same for a gradient among others as for one alone.</summary>
public static class GradientNormKernels
{
    /// <summary>Most ranges that a gradient is cut into, and the room for the sum of each.</summary>
    public const int MostRanges = 1024;

    private const int SmallestRange = 1024;

    /// <summary>The ranges of a gradient, 0 of a missing one.</summary>
    public static int Ranges(ArrayView<float> gradient) => Parts(gradient.Length, Range(gradient));

    /// <summary>
    /// partials[place * 1024 + i] = sum of gradient[i * range .. (i + 1) * range)^2, one thread a range; the last range may be shorter. The places of the eight gradients follow each other.
    /// A gradient's first thread also writes its number of ranges, counts[place].
    /// </summary>
    /// <param name="index">Below the ranges of all eight, which lie end to end.</param>
    /// <param name="gradient0">The first gradient. Those that are missing are empty.</param>
    /// <param name="gradient1">The second.</param>
    /// <param name="gradient2">The third.</param>
    /// <param name="gradient3">The fourth.</param>
    /// <param name="gradient4">The fifth.</param>
    /// <param name="gradient5">The sixth.</param>
    /// <param name="gradient6">The seventh.</param>
    /// <param name="gradient7">The eighth.</param>
    /// <param name="place">The first gradient's place.</param>
    /// <param name="partials">The sums of ranges, room for 1024 a place.</param>
    /// <param name="counts">The ranges of each place; float32 holds them exactly.</param>
    [Kernel]
    public static void SquarePartials(
        Index1D index,
        ArrayView<float> gradient0, ArrayView<float> gradient1, ArrayView<float> gradient2, ArrayView<float> gradient3,
        ArrayView<float> gradient4, ArrayView<float> gradient5, ArrayView<float> gradient6, ArrayView<float> gradient7,
        int place, ArrayView<float> partials, ArrayView<float> counts)
    {
        int range = index;
        if (range < Ranges(gradient0))
        {
            SumRange(range, gradient0, place, partials, counts);
            return;
        }

        range -= Ranges(gradient0);
        if (range < Ranges(gradient1))
        {
            SumRange(range, gradient1, place + 1, partials, counts);
            return;
        }

        range -= Ranges(gradient1);
        if (range < Ranges(gradient2))
        {
            SumRange(range, gradient2, place + 2, partials, counts);
            return;
        }

        range -= Ranges(gradient2);
        if (range < Ranges(gradient3))
        {
            SumRange(range, gradient3, place + 3, partials, counts);
            return;
        }

        range -= Ranges(gradient3);
        if (range < Ranges(gradient4))
        {
            SumRange(range, gradient4, place + 4, partials, counts);
            return;
        }

        range -= Ranges(gradient4);
        if (range < Ranges(gradient5))
        {
            SumRange(range, gradient5, place + 5, partials, counts);
            return;
        }

        range -= Ranges(gradient5);
        if (range < Ranges(gradient6))
        {
            SumRange(range, gradient6, place + 6, partials, counts);
            return;
        }

        SumRange(range - Ranges(gradient6), gradient7, place + 7, partials, counts);
    }

    /// <summary>totals[place] = sum of the place's partials, one thread a place.</summary>
    [Kernel]
    public static void Totals(Index1D index, ArrayView<float> partials, ArrayView<float> counts, ArrayView<float> totals)
    {
        int count = (int)counts[index];
        var sum = new CompensatedSum(0f, 0f);
        for (int i = 0; i < count; i++)
            sum = sum.Add(partials[(index * MostRanges) + i]);
        totals[index] = sum.Sum;
    }

    /// <summary><see cref="Shortening.Apply"/> for every element of up to eight gradients. Those that are missing are empty.</summary>
    [Kernel]
    public static void Shorten(
        ArrayView<float> gradient0, ArrayView<float> gradient1, ArrayView<float> gradient2, ArrayView<float> gradient3,
        ArrayView<float> gradient4, ArrayView<float> gradient5, ArrayView<float> gradient6, ArrayView<float> gradient7,
        Shortening shortening) =>
        EightParameters.Apply(
            gradient0, default(ArrayView<float>), default(ArrayView<float>), default(ArrayView<float>),
            gradient1, default(ArrayView<float>), default(ArrayView<float>), default(ArrayView<float>),
            gradient2, default(ArrayView<float>), default(ArrayView<float>), default(ArrayView<float>),
            gradient3, default(ArrayView<float>), default(ArrayView<float>), default(ArrayView<float>),
            gradient4, default(ArrayView<float>), default(ArrayView<float>), default(ArrayView<float>),
            gradient5, default(ArrayView<float>), default(ArrayView<float>), default(ArrayView<float>),
            gradient6, default(ArrayView<float>), default(ArrayView<float>), default(ArrayView<float>),
            gradient7, default(ArrayView<float>), default(ArrayView<float>), default(ArrayView<float>),
            shortening);

    private static int Range(ArrayView<float> gradient) => Math.Max(SmallestRange, Parts(gradient.Length, MostRanges));

    private static int Parts(int length, int part) => (length + part - 1) / part;

    private static void SumRange(int number, ArrayView<float> gradient, int place, ArrayView<float> partials, ArrayView<float> counts)
    {
        int range = Range(gradient);
        int end = Math.Min(gradient.Length, (number + 1) * range);
        var sum = new CompensatedSum(0f, 0f);
        for (int i = number * range; i < end; i++)
            sum = sum.Add(gradient[i] * gradient[i]);
        partials[(place * MostRanges) + number] = sum.Sum;
        if (number == 0)
            counts[place] = Ranges(gradient);
    }
}
