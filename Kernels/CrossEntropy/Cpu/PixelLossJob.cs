using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.CrossEntropy.Cpu;

/// <summary>The loss of each pixel: maximum and sum of exponentials over the classes of one pixel at a time, logarithms of eight pixels at a time.</summary>
internal unsafe struct PixelLossJob : ICpuJob
{
    /// <summary>The logits.</summary>
    public ChannelPlanes Logits;

    /// <summary>What they are compared with.</summary>
    public ClassTargets Targets;

    /// <summary>Written: log of the sum over the classes of exp(x).</summary>
    public float* LogSumExponentials;

    /// <summary>Written: the weighted loss.</summary>
    public float* Losses;

    /// <summary>Written: the weight of the pixel's class.</summary>
    public float* PixelWeights;

    /// <summary>How the pixels are cut; the planes are images.</summary>
    public PlaneTickets Tickets;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Execute(int ticket, int worker)
    {
        (int image, int first, int length) = Tickets.Find(ticket);
        float* logits = Logits.Data + (image * Logits.Image);
        nint start = ((nint)image * Logits.Height * Logits.Width) + first;
        float* largest = stackalloc float[8];
        float* sums = stackalloc float[8];
        float* logs = stackalloc float[8];
        for (int eight = 0; eight < length; eight += 8)
        {
            int count = Math.Min(8, length - eight);
            for (int i = 0; i < count; i++)
                (largest[i], sums[i]) = Exponentials(logits, first + eight + i);
            Vector256.Log(Vector256.Load(sums)).Store(logs);
            for (int i = 0; i < count; i++)
                Finish(logits, first + eight + i, start + eight + i, largest[i], logs[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly (float Largest, float Sum) Exponentials(float* logits, int pixel)
    {
        Vector256<float> largest = Vector256.Create(float.NegativeInfinity);
        for (int c = 0; c < Targets.Classes; c += 8)
            largest = Vector256.Max(largest, Load(logits, c, pixel));
        float maximum = Largest(largest);
        Vector256<float> sum = default;
        for (int c = 0; c < Targets.Classes; c += 8)
            sum += Vector256.Exp(Load(logits, c, pixel) - Vector256.Create(maximum));
        return (maximum, Vector256.Sum(sum));
    }

    /// <summary>Eight classes of a pixel; minus infinity past the last one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly Vector256<float> Load(float* logits, int c, int pixel)
    {
        Vector256<float> x = Vector256.Load(logits + (c / Logits.Block * Logits.Plane) + ((nint)pixel * Logits.Block) + (c % Logits.Block));
        return c + 8 <= Targets.Classes
            ? x
            : Vector256.ConditionalSelect(
                Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(Targets.Classes - c)).AsSingle(), x, Vector256.Create(float.NegativeInfinity));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Largest(Vector256<float> x)
    {
        Vector128<float> four = Vector128.Max(x.GetLower(), x.GetUpper());
        Vector128<float> two = Vector128.Max(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return MathF.Max(two[0], two[1]);
    }

    private readonly void Finish(float* logits, int pixel, nint place, float largest, float log)
    {
        LogSumExponentials[place] = largest + log;
        int label = Targets.Target[place];
        Losses[place] = 0f;
        PixelWeights[place] = 0f;
        if (!Targets.Counts(label))
            return;

        // largest - x is exact where it matters, near 0; (largest + log) - x would lose the digits of the logarithm when logits are large.
        float weight = Targets.Weights[label];
        float loss = (1f - Targets.Smoothing) * weight * (largest - At(logits, label, pixel) + log);
        if (Targets.Smoothing > 0f)
        {
            float sum = 0f;
            for (int c = 0; c < Targets.Classes; c++)
                sum += Targets.Weights[c] * (largest - At(logits, c, pixel) + log);
            loss += Targets.Smoothing / Targets.Classes * sum;
        }

        Losses[place] = loss;
        PixelWeights[place] = weight;
    }

    private readonly float At(float* logits, int c, int pixel) =>
        logits[(c / Logits.Block * Logits.Plane) + ((nint)pixel * Logits.Block) + (c % Logits.Block)];
}
