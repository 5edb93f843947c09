using SegFromScratch.Engine.Tensors;

namespace SegFromScratch.Training.Prediction;

/// <summary>From logits to answers.</summary>
public static class ClassDecision
{
    /// <summary>The class with the largest logit, a pixel; the first of equals.</summary>
    /// <param name="logits">N x C x H x W.</param>
    /// <param name="shape">N,C,H,W.</param>
    /// <returns>N x H x W class indices.</returns>
    public static int[] Largest(ReadOnlySpan<float> logits, TensorShape shape)
    {
        int pixels = shape.Height * shape.Width;
        var classes = new int[shape.Batch * pixels];
        var best = new float[pixels];
        for (int n = 0; n < shape.Batch; n++)
        {
            Span<int> answer = classes.AsSpan(n * pixels, pixels);
            logits.Slice(n * shape.Channels * pixels, pixels).CopyTo(best);
            for (int c = 1; c < shape.Channels; c++)
            {
                ReadOnlySpan<float> plane = logits.Slice(((n * shape.Channels) + c) * pixels, pixels);
                for (int i = 0; i < plane.Length; i++)
                {
                    if (plane[i] > best[i])
                        (best[i], answer[i]) = (plane[i], c);
                }
            }
        }

        return classes;
    }

    /// <summary>Turns logits into probabilities of classes that exclude each other, in place: exp(x_c) / sum over k of exp(x_k), at each pixel.</summary>
    /// <param name="logits">N x C x H x W.</param>
    /// <param name="shape">N,C,H,W.</param>
    public static void Softmax(Span<float> logits, TensorShape shape)
    {
        int pixels = shape.Height * shape.Width;
        float[] largest = new float[pixels], sums = new float[pixels];
        for (int start = 0; start < logits.Length; start += shape.Channels * pixels)
        {
            Span<float> image = logits.Slice(start, shape.Channels * pixels);
            image[..pixels].CopyTo(largest);
            for (int c = 1; c < shape.Channels; c++)
            {
                ReadOnlySpan<float> plane = image.Slice(c * pixels, pixels);
                for (int i = 0; i < plane.Length; i++)
                    largest[i] = Math.Max(largest[i], plane[i]);
            }

            Array.Clear(sums);
            for (int c = 0; c < shape.Channels; c++)
                Exponentials(image.Slice(c * pixels, pixels), largest, sums);
            for (int c = 0; c < shape.Channels; c++)
            {
                Span<float> plane = image.Slice(c * pixels, pixels);
                for (int i = 0; i < plane.Length; i++)
                    plane[i] /= sums[i];
            }
        }
    }

    /// <summary>Turns logits into probabilities of independent classes, in place: 1 / (1 + exp(-x)).</summary>
    public static void Sigmoid(Span<float> logits)
    {
        foreach (ref float value in logits)
            value = 1 / (1 + MathF.Exp(-value));
    }

    private static void Exponentials(Span<float> plane, float[] largest, float[] sums)
    {
        for (int i = 0; i < plane.Length; i++)
        {
            plane[i] = MathF.Exp(plane[i] - largest[i]);
            sums[i] += plane[i];
        }
    }
}
