namespace SegFromScratch.Kernels.Ladders;

/// <summary>Nothing but multiply-adds in registers, and nothing but a copy: the most operations and bytes a second that a device reaches, with which every rung is compared.</summary>
public static class PeakKernels
{
    /// <summary>Independent sums of a work-item, so that each multiply-add need not wait for the one before.</summary>
    public const int Chains = 24;

    /// <summary>Multiply-adds of each sum.</summary>
    public const int Rounds = 2048;

    /// <summary>Numbers that a work-item of <see cref="CopyVectors"/> copies.</summary>
    public const int CopyNumbers = 4096;

    /// <summary>24 sums of one number each.</summary>
    [Kernel]
    public static void Numbers(Index1D index, float factor, ArrayView<float> result)
    {
        ArrayView<float> sums = LocalMemory.Allocate<float>(Chains);
        for (int i = 0; i < Chains; i++)
            sums[i] = index + i;
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < Chains; i++)
                sums[i] = (factor * sums[i]) + factor;
        }

        float sum = 0f;
        for (int i = 0; i < Chains; i++)
            sum += sums[i];
        result[index] = sum;
    }

    /// <summary>24 sums of sixteen numbers each, for processors.</summary>
    [Kernel(GroupSize = 1)]
    public static void Vectors(float factor, ArrayView<float> result)
    {
        ArrayView<FloatVector16> sums = LocalMemory.Allocate<FloatVector16>(Chains);
        FloatVector16 factors = FloatVector16.Splat(factor);
        for (int i = 0; i < Chains; i++)
            sums[i] = FloatVector16.Splat(Grid.IdxX + i);
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < Chains; i++)
                sums[i] = FloatVector16.MultiplyAdd(factors, sums[i], factors);
        }

        FloatVector16 sum = factors;
        for (int i = 0; i < Chains; i++)
            sum = FloatVector16.MultiplyAdd(factors, sums[i], sum);
        FloatVector16.Store(result, Grid.IdxX * 16, sum);
    }

    /// <summary>target = source.</summary>
    [Kernel]
    public static void Copy(Index1D index, ArrayView<float> source, ArrayView<float> target) => target[index] = source[index];

    /// <summary>target = source, sixteen numbers at a time, for processors.</summary>
    [Kernel(GroupSize = 1)]
    public static void CopyVectors(ArrayView<float> source, ArrayView<float> target)
    {
        for (int i = 0; i < CopyNumbers; i += 16)
            FloatVector16.Store(target, (Grid.IdxX * CopyNumbers) + i, FloatVector16.Load(source, (Grid.IdxX * CopyNumbers) + i));
    }
}
