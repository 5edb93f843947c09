using SegFromScratch.Kernels.Activation;

namespace SegFromScratch.Kernels.BinaryCrossEntropy;

/// <summary>One thread an element of the logits in memory. Targets may lie in any layout; pixel weights lie in n, y, x order.</summary>
public static class BinaryCrossEntropyKernels
{
    /// <summary>losses = v * (max(x, 0) - t x + log(1 + exp(-|x|))), in the layout of the logits; 0 in padded channels.</summary>
    [Kernel]
    public static void Forward(Index1D index, TensorView logits, TensorView target, ArrayView<float> pixelWeights, ArrayView<float> losses)
    {
        TensorPosition at = logits.Layout.Position(index);
        if (at.C >= logits.Layout.Channels)
        {
            losses[index] = 0f;
            return;
        }

        float x = logits.Data[index];
        float loss = MathF.Max(x, 0f) - (target[at.N, at.C, at.Y, at.X] * x) + MathF.Log(1f + MathF.Exp(-MathF.Abs(x)));
        losses[index] = WeightOf(pixelWeights, logits.Layout, at) * loss;
    }

    /// <summary>inputGradient = lossGradient * factor * v * (sigmoid(x) - t); 0 in padded channels.</summary>
    [Kernel]
    public static void Backward(
        Index1D index, TensorView logits, TensorView target, ArrayView<float> pixelWeights, ArrayView<float> factor, ArrayView<float> lossGradient, TensorView inputGradient)
    {
        TensorPosition at = logits.Layout.Position(index);
        if (at.C >= logits.Layout.Channels)
        {
            inputGradient.Data[index] = 0f;
            return;
        }

        float difference = Sigmoid.Of(logits.Data[index]) - target[at.N, at.C, at.Y, at.X];
        inputGradient.Data[index] = lossGradient[0] * factor[0] * WeightOf(pixelWeights, logits.Layout, at) * difference;
    }

    private static float WeightOf(ArrayView<float> pixelWeights, TensorLayout layout, TensorPosition at) =>
        pixelWeights.Length > 0 ? pixelWeights[(((at.N * layout.Height) + at.Y) * layout.Width) + at.X] : 1f;
}
