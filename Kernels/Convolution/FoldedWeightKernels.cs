namespace SegFromScratch.Kernels.Convolution;

/// <summary>A normalisation by running statistics, folded into the weights before it: gamma (w * x + b - m) / d + beta = s (w * x) + t with d = sqrt(v + epsilon) and s = gamma / d.</summary>
public static class FoldedWeightKernels
{
    /// <summary>folded = s w, one thread a weight; the first weight of an output channel also writes its shift t = beta + s (b - m). The bias may be empty.</summary>
    [Kernel]
    public static void Fold(
        Index1D index,
        ArrayView<float> weight,
        ArrayView<float> bias,
        ArrayView<float> gamma,
        ArrayView<float> beta,
        ArrayView<float> mean,
        ArrayView<float> variance,
        float epsilon,
        ArrayView<float> folded,
        ArrayView<float> shift)
    {
        int weightsAChannel = weight.Length / shift.Length;
        int k = index / weightsAChannel;
        float scale = gamma[k] / MathF.Sqrt(variance[k] + epsilon);
        folded[index] = scale * weight[index];
        if (index == k * weightsAChannel)
            shift[k] = beta[k] + (scale * ((bias.Length > 0 ? bias[k] : 0f) - mean[k]));
    }
}
