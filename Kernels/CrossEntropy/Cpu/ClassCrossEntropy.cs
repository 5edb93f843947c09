using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SegFromScratch.Kernels.CrossEntropy.Cpu;

/// <summary>The weighted and smoothed cross entropy of pixels.</summary>
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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Finish(in SoftmaxRun run)
    {
        // What lies anywhere is collected first, number by number; then vectors do the rest.
        float* logits = stackalloc float[IPixelLoss.MostPixels];
        float* weights = stackalloc float[IPixelLoss.MostPixels];
        int* counts = stackalloc int[IPixelLoss.MostPixels];
        float* pixel = run.Logits;
        for (int i = 0; i < run.Count; i++, pixel += run.Step)
        {
            int label = Targets.Target[run.Place + i];
            int known = Targets.Counts(label) ? label : 0;
            logits[i] = pixel[run.Classes.Place(known)];
            weights[i] = Targets.Weights[known];
            counts[i] = Targets.Counts(label) ? -1 : 0;
        }

        int done = 0;
        for (; done + 8 <= run.Count; done += 8)
        {
            nint place = run.Place + done;
            Vector256<float> largest = Vector256.Load(run.Largest + done), log = Vector256.Load(run.Logarithms + done), counted = Vector256.Load(counts + done).AsSingle();
            (largest + log).Store(LogSumExponentials + place);
            Vector256<float> weight = Vector256.Load(weights + done) & counted;
            weight.Store(PixelWeights + place);

            // largest - x is exact where it matters, near 0; (largest + log) - x would lose the digits of the logarithm when logits are large.
            ((Vector256.Create(1f - Targets.Smoothing) * weight * (largest - Vector256.Load(logits + done) + log)) & counted).Store(Losses + place);
        }

        for (; done < run.Count; done++)
        {
            nint place = run.Place + done;
            LogSumExponentials[place] = run.Largest[done] + run.Logarithms[done];
            PixelWeights[place] = counts[done] != 0 ? weights[done] : 0f;
            Losses[place] = counts[done] != 0 ? (1f - Targets.Smoothing) * weights[done] * (run.Largest[done] - logits[done] + run.Logarithms[done]) : 0f;
        }

        if (Targets.Smoothing > 0f)
            Smooth(run);
    }

    /// <summary>Adds what all classes have evenly.</summary>
    private readonly void Smooth(in SoftmaxRun run)
    {
        for (int i = 0; i < run.Count; i++)
        {
            if (!Targets.Counts(Targets.Target[run.Place + i]))
                continue;
            float* pixel = run.Logits + (i * run.Step);
            float sum = 0f;
            for (int c = 0; c < Targets.Classes; c++)
                sum += Targets.Weights[c] * (run.Largest[i] - pixel[run.Classes.Place(c)] + run.Logarithms[i]);
            Losses[run.Place + i] += Targets.Smoothing / Targets.Classes * sum;
        }
    }
}
