using SegFromScratch.Engine.Tensors;

namespace SegFromScratch.Kernels.BatchNormalization;

/// <summary>A batch normalisation by its running statistics, as in inference: one linear function a channel. All vectors are 1,C,1,1 with channel block 1.</summary>
/// <param name="Gamma">The scale.</param>
/// <param name="Beta">The shift.</param>
/// <param name="RunningMean">m.</param>
/// <param name="RunningVariance">v.</param>
/// <param name="Epsilon">Added to the variance.</param>
/// <param name="Relu">True takes max(0, y) in the same pass.</param>
public readonly record struct FrozenNormalization(Tensor Gamma, Tensor Beta, Tensor RunningMean, Tensor RunningVariance, float Epsilon, bool Relu)
{
    /// <summary>y = gamma (x - m) / sqrt(v + epsilon) + beta, as an operation of its own.</summary>
    internal Tensor Apply(Step step, Tensor input) =>
        BatchNormalization.Apply(step, input, Gamma, Beta, RunningMean, RunningVariance, new BatchNormalizationOptions { UseBatchStatistics = false, Epsilon = Epsilon, Relu = Relu });

    /// <summary>Refuses vectors of other sizes than the channels'.</summary>
    /// <exception cref="ArgumentException">A vector has another shape.</exception>
    internal void Check(int channels)
    {
        foreach (Tensor vector in (ReadOnlySpan<Tensor>)[Gamma, Beta, RunningMean, RunningVariance])
        {
            if (vector.Shape != TensorShape.Vector(channels) || vector.Layout.ChannelBlock != 1)
                throw new ArgumentException($"'{vector.Name}' has layout {vector.Layout}: expected shape {TensorShape.Vector(channels)} with channel block 1");
        }
    }

    /// <summary>The factor s and the offset t of each channel, for what comes before the normalisation without its bias: y = s x + t. In memory of the host.</summary>
    /// <param name="bias">One number a channel, or empty.</param>
    /// <param name="scale">s = gamma / sqrt(v + epsilon).</param>
    /// <param name="shift">t = beta + s (bias - m).</param>
    internal void Fold(ArrayView<float> bias, ArrayView<float> scale, ArrayView<float> shift)
    {
        ArrayView<float> gamma = Gamma.ReadOnlyData, beta = Beta.ReadOnlyData, mean = RunningMean.ReadOnlyData, variance = RunningVariance.ReadOnlyData;
        for (int c = 0; c < scale.Length; c++)
        {
            double factor = gamma[c] / Math.Sqrt((double)variance[c] + Epsilon);
            scale[c] = (float)factor;
            shift[c] = (float)(beta[c] + (factor * ((bias.Length > 0 ? bias[c] : 0f) - (double)mean[c])));
        }
    }
}
