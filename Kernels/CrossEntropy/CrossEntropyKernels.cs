using SegFromScratch.Kernels.Reduction;
using SegFromScratch.Kernels.Softmax;

namespace SegFromScratch.Kernels.CrossEntropy;

/// <summary>Log-softmax and the choice of the true class in one kernel. Class maps hold one number a pixel, in n, y, x order.</summary>
public static class CrossEntropyKernels
{
    /// <summary>The loss of each pixel, one thread a pixel of the batch.</summary>
    /// <param name="index">The pixel, n, y, x in that order.</param>
    /// <param name="logits">x, N,C,H,W.</param>
    /// <param name="target">The class of each pixel.</param>
    /// <param name="classWeights">w, one a class, or empty for ones.</param>
    /// <param name="ignoreIndex">The class of pixels that do not count.</param>
    /// <param name="smoothing">The share of the target that all classes have evenly.</param>
    /// <param name="logSumExponentials">Written: log of the sum over c of exp(x_c), for the backward pass.</param>
    /// <param name="losses">Written: sum over c of w_c * ((1 - s) * [c = t] + s / C) * (logSumExponentials - x_c); 0 where the pixel does not count.</param>
    /// <param name="weights">Written: w_t; 0 where the pixel does not count.</param>
    [Kernel]
    public static void Forward(
        Index1D index,
        TensorView logits,
        ArrayView<int> target,
        ArrayView<float> classWeights,
        int ignoreIndex,
        float smoothing,
        ArrayView<float> logSumExponentials,
        ArrayView<float> losses,
        ArrayView<float> weights)
    {
        int pixels = logits.Layout.Height * logits.Layout.Width;
        int n = index / pixels;
        int pixel = index - (n * pixels);
        float largest = SoftmaxKernels.Largest(logits, n, pixel);
        float logSum = MathF.Log(SoftmaxKernels.SumOfExponentials(logits, n, pixel, largest));
        logSumExponentials[index] = largest + logSum;
        int label = target[index];
        if (!Counts(label, logits.Layout.Channels, ignoreIndex))
        {
            losses[index] = 0f;
            weights[index] = 0f;
            return;
        }

        // largest - x is exact where it matters, near 0; (largest + logSum) - x would lose the digits of logSum when logits are large.
        float weight = WeightOf(classWeights, label);
        float loss = (1f - smoothing) * weight * (largest - logits.Data[PixelSlices.Offset(logits.Layout, n, label, pixel)] + logSum);
        if (smoothing > 0f)
        {
            float sum = 0f;
            for (int c = 0; c < logits.Layout.Channels; c++)
                sum += WeightOf(classWeights, c) * (largest - logits.Data[PixelSlices.Offset(logits.Layout, n, c, pixel)] + logSum);
            loss += smoothing / logits.Layout.Channels * sum;
        }

        losses[index] = loss;
        weights[index] = weight;
    }

    /// <summary>
    /// inputGradient_k = lossGradient * factor * (softmax(x)_k * ((1 - s) * w_t + s * mean of w) - w_k * ((1 - s) * [k = t] + s / C)),
    /// one thread an element of memory.
    /// </summary>
    /// <param name="index">The element in memory.</param>
    /// <param name="logits">x, N,C,H,W.</param>
    /// <param name="target">The class of each pixel.</param>
    /// <param name="classWeights">w, one a class, or empty for ones.</param>
    /// <param name="ignoreIndex">The class of pixels that do not count.</param>
    /// <param name="smoothing">s, the share of the target that all classes have evenly.</param>
    /// <param name="logSumExponentials">What the forward pass wrote.</param>
    /// <param name="factor">One element: what the sum of losses was multiplied by.</param>
    /// <param name="lossGradient">One element: the derivative by the loss.</param>
    /// <param name="inputGradient">Written.</param>
    [Kernel]
    public static void Backward(
        Index1D index,
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
        TensorPosition at = logits.Layout.Position(index);
        inputGradient.Data[index] = 0f;
        if (at.C >= classes)
            return;
        int pixel = (((at.N * logits.Layout.Height) + at.Y) * logits.Layout.Width) + at.X;
        int label = target[pixel];
        if (!Counts(label, classes, ignoreIndex))
            return;
        float own = smoothing / classes * WeightOf(classWeights, at.C);
        float all = (1f - smoothing) * WeightOf(classWeights, label);
        if (at.C == label)
            own += all;
        all += SmoothedWeights(classWeights, smoothing, classes);
        float probability = MathF.Exp(logits.Data[index] - logSumExponentials[pixel]);
        inputGradient.Data[index] = lossGradient[0] * factor[0] * ((probability * all) - own);
    }

    /// <summary>Whether a pixel's class is one that counts.</summary>
    internal static bool Counts(int label, int classes, int ignoreIndex) =>
        label != ignoreIndex && label >= 0 && label < classes;

    /// <summary>The weight of a class: one where there are no weights.</summary>
    internal static float WeightOf(ArrayView<float> classWeights, int c) =>
        classWeights.Length > 0 ? classWeights[c] : 1f;

    /// <summary>The smoothed share of all classes together, s times the mean of w; 0 without smoothing.</summary>
    internal static float SmoothedWeights(ArrayView<float> classWeights, float smoothing, int classes)
    {
        if (smoothing <= 0f)
            return 0f;
        float sum = 0f;
        for (int c = 0; c < classes; c++)
            sum += WeightOf(classWeights, c);
        return smoothing / classes * sum;
    }
}
