using SegFromScratch.Engine.Tensors;

namespace SegFromScratch.Kernels.Checking;

/// <summary>Inputs of losses of masks that may overlap: logits, targets of 0 and 1 with a soft one among them, and where asked for a weight for each pixel.</summary>
internal static class MaskLossInputs
{
    /// <summary>Draws them, in the order in which such a loss takes them.</summary>
    /// <param name="random">Where from.</param>
    /// <param name="shape">N x C x H x W of logits and targets; weights are N x 1 x H x W.</param>
    /// <param name="shareOfCounted">The share of pixels whose weight is above 0; null: no weights.</param>
    /// <param name="scale">The standard deviation of the logits.</param>
    public static IReadOnlyList<CheckInput> Draw(CheckRandom random, TensorShape shape, double? shareOfCounted, double scale)
    {
        HostTensor<double> target = random.Classes(shape, 2);
        // One target between 0 and 1: soft labels are allowed.
        target.Values[0] = 0.25;
        List<CheckInput> inputs = [CheckInput.Feature("logits", random.Normal(shape, scale)), CheckInput.Constant("target", target)];
        if (shareOfCounted is { } share)
        {
            HostTensor<double> weights = random.Uniform(shape with { Channels = 1 }, 0.5, 3);
            for (int i = 0; i < weights.Values.Length; i++)
                weights.Values[i] *= random.Uniform() < share ? 1 : 0;
            inputs.Add(CheckInput.Constant("pixelWeights", weights));
        }

        return inputs;
    }
}
