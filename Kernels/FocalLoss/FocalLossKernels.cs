using SegFromScratch.Kernels.Activation;
using SegFromScratch.Kernels.Reduction;
using SegFromScratch.Kernels.Softmax;

namespace SegFromScratch.Kernels.FocalLoss;

/// <summary>
/// Of class maps, one thread a pixel forward and one an element of memory backward; of questions of their own, one thread an element of memory both ways.
/// Class maps and pixel weights lie in n, y, x order; targets of questions in any layout.
/// </summary>
public static class FocalLossKernels
{
    /// <summary>The loss of each pixel for the class of a class map, one thread a pixel of the batch. All that is written is 0 where the pixel does not count.</summary>
    /// <param name="index">The pixel, n, y, x in that order.</param>
    /// <param name="logits">x, N,C,H,W.</param>
    /// <param name="target">The class of each pixel.</param>
    /// <param name="ignoreIndex">The class of pixels that do not count.</param>
    /// <param name="alpha">The weight of every pixel.</param>
    /// <param name="classAlphas">In place of it, the weight of the pixels of each class; or empty.</param>
    /// <param name="gamma">The exponent.</param>
    /// <param name="logSumExponentials">Written, for every pixel: log of the sum over c of exp(x_c).</param>
    /// <param name="slopes">Written: the derivative of the loss by log p.</param>
    /// <param name="losses">Written: -alpha (1 - p)^gamma log p.</param>
    /// <param name="counts">Written: 1 where the pixel counts.</param>
    [Kernel]
    public static void ForwardSoftmax(
        Index1D index,
        TensorView logits,
        ArrayView<int> target,
        int ignoreIndex,
        float alpha,
        ArrayView<float> classAlphas,
        float gamma,
        ArrayView<float> logSumExponentials,
        ArrayView<float> slopes,
        ArrayView<float> losses,
        ArrayView<float> counts)
    {
        int pixels = logits.Layout.Height * logits.Layout.Width;
        int n = index / pixels;
        int pixel = index - (n * pixels);
        float largest = SoftmaxKernels.Largest(logits, n, pixel);
        float logSum = MathF.Log(SoftmaxKernels.SumOfExponentials(logits, n, pixel, largest));
        logSumExponentials[index] = largest + logSum;
        int label = target[index];
        if (label == ignoreIndex || label < 0 || label >= logits.Layout.Channels)
        {
            slopes[index] = 0f;
            losses[index] = 0f;
            counts[index] = 0f;
            return;
        }

        float logarithm = logits.Data[PixelSlices.Offset(logits.Layout, n, label, pixel)] - largest - logSum;
        float p = MathF.Exp(logarithm);
        float miss = MathF.Max(0f, 1f - p);
        float damping = MathF.Pow(miss, gamma);
        float weight = classAlphas.Length > 0 ? classAlphas[label] : alpha;
        slopes[index] = weight * ((p * PowerDerivative(miss, gamma) * logarithm) - damping);
        losses[index] = -weight * damping * logarithm;
        counts[index] = 1f;
    }

    /// <summary>inputGradient_k = lossGradient * factor * slope * ([k = t] - softmax(x)_k), one thread an element of memory; 0 in padded channels.</summary>
    [Kernel]
    public static void BackwardSoftmax(
        Index1D index,
        TensorView logits,
        ArrayView<int> target,
        ArrayView<float> logSumExponentials,
        ArrayView<float> slopes,
        ArrayView<float> factor,
        ArrayView<float> lossGradient,
        TensorView inputGradient)
    {
        TensorPosition at = logits.Layout.Position(index);
        if (at.C >= logits.Layout.Channels)
        {
            inputGradient.Data[index] = 0f;
            return;
        }

        int pixel = (((at.N * logits.Layout.Height) + at.Y) * logits.Layout.Width) + at.X;
        float own = at.C == target[pixel] ? 1f : 0f;
        float probability = MathF.Exp(logits.Data[index] - logSumExponentials[pixel]);
        inputGradient.Data[index] = lossGradient[0] * factor[0] * slopes[pixel] * (own - probability);
    }

    /// <summary>losses = v a m^gamma l with the cross entropy l, the error m = p (1 - t) + (1 - p) t and the balance a; in the layout of the logits, 0 in padded channels.</summary>
    /// <param name="index">The element in memory.</param>
    /// <param name="logits">x, N,C,H,W.</param>
    /// <param name="target">t, N,C,H,W.</param>
    /// <param name="pixelWeights">v, or empty for ones.</param>
    /// <param name="positive">The balance of elements with t = 1.</param>
    /// <param name="negative">The balance of elements with t = 0.</param>
    /// <param name="classAlphas">In place of the two, the first for each class; the second is 1 less it. Or empty.</param>
    /// <param name="gamma">The exponent.</param>
    /// <param name="losses">Written.</param>
    [Kernel]
    public static void ForwardSigmoid(
        Index1D index, TensorView logits, TensorView target, ArrayView<float> pixelWeights, float positive, float negative, ArrayView<float> classAlphas, float gamma, ArrayView<float> losses)
    {
        TensorPosition at = logits.Layout.Position(index);
        if (at.C >= logits.Layout.Channels)
        {
            losses[index] = 0f;
            return;
        }

        float x = logits.Data[index];
        float t = target[at.N, at.C, at.Y, at.X];
        float weight = WeightOf(pixelWeights, logits.Layout, at) * Balance(t, positive, negative, classAlphas, at.C);
        losses[index] = weight * MathF.Pow(Miss(x, t), gamma) * CrossEntropy(x, t);
    }

    /// <summary>inputGradient = lossGradient * factor * v a (m^gamma (p - t) + gamma m^(gamma - 1) (1 - 2 t) p (1 - p) l); 0 in padded channels.</summary>
    /// <param name="index">The element in memory.</param>
    /// <param name="logits">x, N,C,H,W.</param>
    /// <param name="target">t, N,C,H,W.</param>
    /// <param name="pixelWeights">v, or empty for ones.</param>
    /// <param name="positive">The balance of elements with t = 1.</param>
    /// <param name="negative">The balance of elements with t = 0.</param>
    /// <param name="classAlphas">In place of the two, the first for each class; the second is 1 less it. Or empty.</param>
    /// <param name="gamma">The exponent.</param>
    /// <param name="factor">One element: what the sum of losses was multiplied by.</param>
    /// <param name="lossGradient">One element: the derivative by the loss.</param>
    /// <param name="inputGradient">Written.</param>
    [Kernel]
    public static void BackwardSigmoid(
        Index1D index,
        TensorView logits,
        TensorView target,
        ArrayView<float> pixelWeights,
        float positive,
        float negative,
        ArrayView<float> classAlphas,
        float gamma,
        ArrayView<float> factor,
        ArrayView<float> lossGradient,
        TensorView inputGradient)
    {
        TensorPosition at = logits.Layout.Position(index);
        if (at.C >= logits.Layout.Channels)
        {
            inputGradient.Data[index] = 0f;
            return;
        }

        float x = logits.Data[index];
        float t = target[at.N, at.C, at.Y, at.X];
        float p = Sigmoid.Of(x);
        float miss = Miss(x, t);
        float missSlope = (1f - (2f * t)) * p * Sigmoid.Of(-x);
        float slope = (MathF.Pow(miss, gamma) * (p - t)) + (PowerDerivative(miss, gamma) * missSlope * CrossEntropy(x, t));
        float weight = WeightOf(pixelWeights, logits.Layout, at) * Balance(t, positive, negative, classAlphas, at.C);
        inputGradient.Data[index] = lossGradient[0] * factor[0] * weight * slope;
    }

    // sigmoid(-x) instead of 1 - sigmoid(x) keeps its digits where the answer is sure.
    private static float Miss(float x, float t) => ((1f - t) * Sigmoid.Of(x)) + (t * Sigmoid.Of(-x));

    private static float CrossEntropy(float x, float t) => MathF.Max(x, 0f) - (t * x) + MathF.Log(1f + MathF.Exp(-MathF.Abs(x)));

    // At 0 the power below gamma = 1 is infinite, but what it is multiplied by vanishes faster.
    private static float PowerDerivative(float miss, float gamma) => miss > 0f ? gamma * MathF.Pow(miss, gamma - 1f) : 0f;

    private static float Balance(float t, float positive, float negative, ArrayView<float> classAlphas, int c)
    {
        if (classAlphas.Length > 0)
            return (t * classAlphas[c]) + ((1f - t) * (1f - classAlphas[c]));
        return (t * positive) + ((1f - t) * negative);
    }

    private static float WeightOf(ArrayView<float> pixelWeights, TensorLayout layout, TensorPosition at) =>
        pixelWeights.Length > 0 ? pixelWeights[(((at.N * layout.Height) + at.Y) * layout.Width) + at.X] : 1f;
}
