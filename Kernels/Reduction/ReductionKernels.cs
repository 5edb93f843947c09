namespace SegFromScratch.Kernels.Reduction;

/// <summary>Sums in two steps of fixed order: each thread adds up one range of the values, then one thread adds up the ranges.</summary>
public static class ReductionKernels
{
    /// <summary>partials[i] = sum of values[i * range .. (i + 1) * range), one thread a range; the last range may be shorter.</summary>
    [Kernel]
    public static void Partials(Index1D index, ArrayView<float> values, int range, ArrayView<float> partials)
    {
        int end = Math.Min(values.Length, (index + 1) * range);
        var sum = new CompensatedSum(0f, 0f);
        for (int i = index * range; i < end; i++)
            sum = sum.Add(values[i]);
        partials[index] = sum.Sum;
    }

    /// <summary>total[0] = factor * sum of the partial sums, by one thread.</summary>
    [Kernel]
    public static void Total(Index1D index, ArrayView<float> partials, float factor, ArrayView<float> total)
    {
        var sum = new CompensatedSum(0f, 0f);
        for (int i = 0; i < partials.Length; i++)
            sum = sum.Add(partials[i]);
        total[index] = factor * sum.Sum;
    }

    /// <summary>inputGradient[n,c,y,x] = factor * outputGradient[0], one thread an element of memory.</summary>
    [Kernel]
    public static void Backward(Index1D index, ArrayView<float> outputGradient, float factor, TensorView inputGradient)
    {
        TensorPosition at = inputGradient.Layout.Position(index);
        inputGradient.Data[index] = at.C < inputGradient.Layout.Channels ? factor * outputGradient[0] : 0f;
    }

    /// <summary>
    /// factor = 1 / (weightFactor * weightSum) for a mean, 0 where that weight is 0, and 1 for a sum; loss = factor * lossSum. One thread.
    /// </summary>
    /// <param name="index">0.</param>
    /// <param name="lossSum">The sum of the weighted losses.</param>
    /// <param name="weightSum">The sum of the weights, or empty: the total weight is then the weight factor.</param>
    /// <param name="weightFactor">Multiplies the sum of the weights.</param>
    /// <param name="mean">Not 0 for a mean, 0 for a sum.</param>
    /// <param name="factor">One element, written.</param>
    /// <param name="loss">One element, written.</param>
    [Kernel]
    public static void FinishLoss(
        Index1D index, ArrayView<float> lossSum, ArrayView<float> weightSum, float weightFactor, int mean, ArrayView<float> factor, ArrayView<float> loss)
    {
        float weight = weightSum.Length > 0 ? weightFactor * weightSum[0] : weightFactor;
        float multiplier = 1f;
        if (mean != 0)
            multiplier = weight > 0f ? 1f / weight : 0f;
        factor[index] = multiplier;
        loss[index] = multiplier * lossSum[0];
    }
}
