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

    /// <summary>Turns logits into probabilities of independent classes, in place: 1 / (1 + exp(-x)).</summary>
    public static void Sigmoid(Span<float> logits)
    {
        foreach (ref float value in logits)
            value = 1 / (1 + MathF.Exp(-value));
    }
}
