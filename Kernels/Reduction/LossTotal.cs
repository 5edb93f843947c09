using SegFromScratch.Engine.Tensors;

namespace SegFromScratch.Kernels.Reduction;

/// <summary>The end of a loss: many weighted losses become a scalar, on the device, without the host reading a number on the way.</summary>
internal static class LossTotal
{
    /// <summary>
    /// loss = f * sum of losses, where f is 1 for a sum and 1 / total weight for a mean; 0 where the total weight is 0 (PyTorch: NaN).
    /// </summary>
    /// <param name="step">The running step.</param>
    /// <param name="losses">One weighted loss a pixel or element; zeros where nothing counts.</param>
    /// <param name="weights">The weights, or an empty view.</param>
    /// <param name="weightFactor">Multiplies the sum of the weights; without weights it is the total weight.</param>
    /// <param name="reduction">Mean or sum.</param>
    /// <param name="loss">The scalar, written.</param>
    /// <returns>The factor f, one element, for the backward pass.</returns>
    public static DeviceArray<float> Apply(Step step, ArrayView<float> losses, ArrayView<float> weights, float weightFactor, LossReduction reduction, Tensor loss)
    {
        DeviceArray<float> sums = step.CreateArray<float>(2, "sums of a loss");
        Reduction.Total(step, losses, sums.View.SubView(0, 1));
        ArrayView<float> weightSum = default;
        if (weights.Length > 0)
        {
            weightSum = sums.View.SubView(1, 1);
            Reduction.Total(step, weights, weightSum);
        }

        DeviceArray<float> factor = step.CreateArray<float>(1, "factor of a loss");
        ReductionLauncher.FinishLoss(
            step.Device, 1, sums.View.SubView(0, 1), weightSum, weightFactor, reduction == LossReduction.Mean ? 1 : 0, factor.View, loss.Data);
        Step.Release(sums);
        return factor;
    }
}
