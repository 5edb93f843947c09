using System.Runtime.CompilerServices;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.CrossEntropy.Cpu;

/// <summary>The weighted and smoothed cross entropy of one pixel.</summary>
internal unsafe struct ClassCrossEntropy : IPixelLoss
{
    /// <summary>What the logits are compared with.</summary>
    public ClassTargets Targets;

    /// <summary>Written: log of the sum over the classes of exp(x).</summary>
    public float* LogSumExponentials;

    /// <summary>Written: the weighted loss.</summary>
    public float* Losses;

    /// <summary>Written: the weight of the pixel's class.</summary>
    public float* PixelWeights;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Finish(nint place, float* pixel, ClassVectors classes, float largest, float log)
    {
        LogSumExponentials[place] = largest + log;
        int label = Targets.Target[place];
        Losses[place] = 0f;
        PixelWeights[place] = 0f;
        if (!Targets.Counts(label))
            return;

        // largest - x is exact where it matters, near 0; (largest + log) - x would lose the digits of the logarithm when logits are large.
        float weight = Targets.Weights[label];
        float loss = (1f - Targets.Smoothing) * weight * (largest - pixel[classes.Place(label)] + log);
        if (Targets.Smoothing > 0f)
        {
            float sum = 0f;
            for (int c = 0; c < Targets.Classes; c++)
                sum += Targets.Weights[c] * (largest - pixel[classes.Place(c)] + log);
            loss += Targets.Smoothing / Targets.Classes * sum;
        }

        Losses[place] = loss;
        PixelWeights[place] = weight;
    }
}
