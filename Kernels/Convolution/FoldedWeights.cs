using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.BatchNormalization;

namespace SegFromScratch.Kernels.Convolution;

/// <summary>
/// The weights of a convolution with the factors of the normalisation after it in them, for devices with kernels of their own: folded once, then kept beside the weight until one of the
/// parameters may have changed (<see cref="Tensor.Version"/>). They lie as the weight does, one shift an output channel behind them.
/// </summary>
internal static class FoldedWeights
{
    private readonly record struct Key(float Epsilon);

    /// <summary>Weights and shifts: y = weights * x + shift.</summary>
    public static (TensorView Weights, ArrayView<float> Shift) Of(Tensor weight, Tensor? bias, in FrozenNormalization normalization)
    {
        ReadOnlySpan<Tensor?> sources = [bias, normalization.Gamma, normalization.Beta, normalization.RunningMean, normalization.RunningVariance];
        var key = new Key(normalization.Epsilon);
        int length = weight.Layout.Length, channels = weight.Shape.Batch;
        if (!weight.TryGetDerived(key, sources, out ArrayView<float> folded))
        {
            folded = weight.KeepDerived(key, sources, length + channels, "folded weights");
            FoldedWeightLauncher.Fold(
                weight.Device, length, weight.ReadOnlyData, bias is null ? default : bias.ReadOnlyData, normalization.Gamma.ReadOnlyData, normalization.Beta.ReadOnlyData,
                normalization.RunningMean.ReadOnlyData, normalization.RunningVariance.ReadOnlyData, normalization.Epsilon, folded.SubView(0, length), folded.SubView(length, channels));
        }

        return (new TensorView(folded.SubView(0, length), weight.Layout), folded.SubView(length, channels));
    }
}
