using SegFromScratch.Engine.Devices;
using SegFromScratch.Kernels.Ladders;
using SegFromScratch.Kernels.Softmax.Ladder;

namespace SegFromScratch.Kernels.CrossEntropy.Ladder;

/// <summary>Launches one rung of softmax cross-entropy. There is nothing that work-items could share: <see cref="Rung.SharedTiles"/> is <see cref="Rung.RegisterTiles"/>.</summary>
public static class CrossEntropyLadder
{
    /// <summary>The loss of each pixel; arguments as in <see cref="CrossEntropyKernels.Forward"/>.</summary>
    public static void Forward(
        Device device,
        Rung rung,
        TensorView logits,
        ArrayView<int> target,
        ArrayView<float> classWeights,
        CrossEntropyOptions options,
        ArrayView<float> logSumExponentials,
        ArrayView<float> losses,
        ArrayView<float> weights)
    {
        ArgumentNullException.ThrowIfNull(options);
        (int ignore, float smoothing) = (options.IgnoreIndex, options.LabelSmoothing);
        if (rung == Rung.Naive)
            CrossEntropyLauncher.Forward(device, target.Length, logits, target, classWeights, ignore, smoothing, logSumExponentials, losses, weights);
        else if (rung == Rung.VectorTiles)
            CrossEntropyVectorLauncher.Forward(device, SoftmaxLadder.Vectors(logits.Layout), logits, target, classWeights, ignore, smoothing, logSumExponentials, losses, weights);
        else
            CrossEntropyTileLauncher.Forward(
                device, SoftmaxLadder.Groups(logits.Layout), logits, target, classWeights, ignore, smoothing, logSumExponentials, losses, weights, new(logits.Layout.Channels));
    }

    /// <summary>The derivative by the logits; arguments as in <see cref="CrossEntropyKernels.Backward"/>.</summary>
    public static void Backward(
        Device device,
        Rung rung,
        TensorView logits,
        ArrayView<int> target,
        ArrayView<float> classWeights,
        CrossEntropyOptions options,
        ArrayView<float> logSumExponentials,
        ArrayView<float> factor,
        ArrayView<float> lossGradient,
        TensorView inputGradient)
    {
        ArgumentNullException.ThrowIfNull(options);
        (int ignore, float smoothing) = (options.IgnoreIndex, options.LabelSmoothing);
        if (rung == Rung.Naive)
            CrossEntropyLauncher.Backward(device, inputGradient.Layout.Length, logits, target, classWeights, ignore, smoothing, logSumExponentials, factor, lossGradient, inputGradient);
        else if (rung == Rung.VectorTiles)
            CrossEntropyVectorLauncher.Backward(device, SoftmaxLadder.Vectors(logits.Layout), logits, target, classWeights, ignore, smoothing, logSumExponentials, factor, lossGradient, inputGradient);
        else
            CrossEntropyTileLauncher.Backward(device, SoftmaxLadder.Groups(logits.Layout), logits, target, classWeights, ignore, smoothing, logSumExponentials, factor, lossGradient, inputGradient);
    }
}
