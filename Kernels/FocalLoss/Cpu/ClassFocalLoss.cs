using System.Runtime.CompilerServices;
using SegFromScratch.Kernels.Cpu;
using SegFromScratch.Kernels.CrossEntropy.Cpu;

namespace SegFromScratch.Kernels.FocalLoss.Cpu;

/// <summary>The focal loss of one pixel of a class map, and its derivative by log p. Formulas: <see cref="FocalLossKernels.ForwardSoftmax"/>.</summary>
internal unsafe struct ClassFocalLoss : IPixelLoss
{
    /// <summary>The class of each pixel, n, y, x in order.</summary>
    public int* Target;

    /// <summary>C.</summary>
    public int Classes;

    /// <summary>The class of pixels that do not count.</summary>
    public int IgnoreIndex;

    /// <summary>The weight of every pixel.</summary>
    public float Alpha;

    /// <summary>In place of it, the weight of the pixels of each class; or null.</summary>
    public float* ClassAlphas;

    /// <summary>The exponent.</summary>
    public float Gamma;

    /// <summary>Written: log of the sum over the classes of exp(x).</summary>
    public float* LogSumExponentials;

    /// <summary>Written: the derivative of the loss by log p.</summary>
    public float* Slopes;

    /// <summary>Written: the loss.</summary>
    public float* Losses;

    /// <summary>Written: 1 where the pixel counts.</summary>
    public float* Counts;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Finish(in SoftmaxRun run)
    {
        for (int i = 0; i < run.Count; i++)
            Finish(run.Place + i, run.Logits + (i * run.Step), run.Classes, run.Largest[i], run.Logarithms[i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Finish(nint place, float* pixel, ClassVectors classes, float largest, float log)
    {
        LogSumExponentials[place] = largest + log;
        int label = Target[place];
        if (label == IgnoreIndex || (uint)label >= (uint)Classes)
        {
            (Slopes[place], Losses[place], Counts[place]) = (0f, 0f, 0f);
            return;
        }

        float logarithm = pixel[classes.Place(label)] - largest - log;
        float p = MathF.Exp(logarithm);
        float miss = MathF.Max(0f, 1f - p);
        bool isSquare = Gamma == 2f;
        float damping = isSquare ? miss * miss : MathF.Pow(miss, Gamma);
        float derivative = isSquare ? 2f * miss : miss > 0f ? Gamma * MathF.Pow(miss, Gamma - 1f) : 0f;
        float weight = ClassAlphas != null ? ClassAlphas[label] : Alpha;
        Slopes[place] = weight * ((p * derivative * logarithm) - damping);
        Losses[place] = -weight * damping * logarithm;
        Counts[place] = 1f;
    }
}
