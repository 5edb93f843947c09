using SegFromScratch.Kernels.Softmax.Ladder;

namespace SegFromScratch.Kernels.CrossEntropy.Ladder;

/// <summary>
/// Rung 3 of softmax cross-entropy: one work-item a pixel, whose logits are read once and wait in registers; label, weights and everything else that a pixel has once are worked out once.
/// Tensors have channel block 1. Launched over blocks of pixels and images.
/// </summary>
public static class CrossEntropyTileKernels
{
    /// <summary>The loss of each pixel; parameters as in <see cref="CrossEntropyKernels.Forward"/>.</summary>
    [Kernel(GroupSize = SoftmaxTileKernels.Items)]
    public static void Forward(
        TensorView logits,
        ArrayView<int> target,
        ArrayView<float> classWeights,
        int ignoreIndex,
        float smoothing,
        ArrayView<float> logSumExponentials,
        ArrayView<float> losses,
        ArrayView<float> weights,
        SpecializedValue<int> classes)
    {
        ArrayView<float> values = LocalMemory.Allocate<float>(classes.Value);
        int pixels = logits.Layout.Height * logits.Layout.Width;
        int pixel = (Grid.IdxX * SoftmaxTileKernels.Items) + Group.IdxX;
        int start = (Grid.IdxY * classes.Value * pixels) + pixel;
        if (pixel < pixels)
        {
            int index = (Grid.IdxY * pixels) + pixel;
            int label = target[index];
            bool counts = CrossEntropyKernels.Counts(label, classes.Value, ignoreIndex);
            for (int c = 0; c < classes.Value; c++)
                values[c] = logits.Data[start + (c * pixels)];
            float largest = values[0];
            for (int c = 1; c < classes.Value; c++)
                largest = MathF.Max(largest, values[c]);
            float sum = 0f;
            float own = 0f;
            for (int c = 0; c < classes.Value; c++)
            {
                sum += MathF.Exp(values[c] - largest);
                own = c == label ? values[c] : own;
            }

            // largest - x is exact where it matters, near 0; (largest + logSum) - x would lose the digits of logSum when logits are large.
            float logSum = MathF.Log(sum);
            float weight = counts ? CrossEntropyKernels.WeightOf(classWeights, label) : 0f;
            float loss = counts ? (1f - smoothing) * weight * (largest - own + logSum) : 0f;
            if (counts && smoothing > 0f)
            {
                float all = 0f;
                for (int c = 0; c < classes.Value; c++)
                    all += CrossEntropyKernels.WeightOf(classWeights, c) * (largest - values[c] + logSum);
                loss += smoothing / classes.Value * all;
            }

            logSumExponentials[index] = largest + logSum;
            losses[index] = loss;
            weights[index] = weight;
        }
    }

    /// <summary>The derivative by the logits; parameters as in <see cref="CrossEntropyKernels.Backward"/>.</summary>
    [Kernel(GroupSize = SoftmaxTileKernels.Items)]
    public static void Backward(
        TensorView logits,
        ArrayView<int> target,
        ArrayView<float> classWeights,
        int ignoreIndex,
        float smoothing,
        ArrayView<float> logSumExponentials,
        ArrayView<float> factor,
        ArrayView<float> lossGradient,
        TensorView inputGradient)
    {
        int classes = logits.Layout.Channels;
        int pixels = logits.Layout.Height * logits.Layout.Width;
        int pixel = (Grid.IdxX * SoftmaxTileKernels.Items) + Group.IdxX;
        int start = (Grid.IdxY * classes * pixels) + pixel;
        if (pixel < pixels)
        {
            int index = (Grid.IdxY * pixels) + pixel;
            int label = target[index];
            bool counts = CrossEntropyKernels.Counts(label, classes, ignoreIndex);
            float scale = lossGradient[0] * factor[0];
            float logSum = logSumExponentials[index];
            float hit = counts ? (1f - smoothing) * CrossEntropyKernels.WeightOf(classWeights, label) : 0f;
            float all = hit + CrossEntropyKernels.SmoothedWeights(classWeights, smoothing, classes);
            for (int c = 0; c < classes; c++)
            {
                float own = (smoothing / classes * CrossEntropyKernels.WeightOf(classWeights, c)) + (c == label ? hit : 0f);
                float gradient = scale * ((MathF.Exp(logits.Data[start + (c * pixels)] - logSum) * all) - own);
                inputGradient.Data[start + (c * pixels)] = counts ? gradient : 0f;
            }
        }
    }
}
