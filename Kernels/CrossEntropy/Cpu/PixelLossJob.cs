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
        float* logits = Logits.Data + (image * Logits.Image) + ((nint)first * Logits.Block);
        nint start = ((nint)image * Logits.Height * Logits.Width) + first;
        int groups = (Targets.Classes + 7) / 8;
        nint* places = stackalloc nint[groups];
        for (int group = 0; group < groups; group++)
            places[group] = Place(8 * group);
        Vector256<float> rest = Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(Targets.Classes - (8 * (groups - 1)))).AsSingle();
        float* largest = stackalloc float[8];
        float* sums = stackalloc float[8];
        float* logs = stackalloc float[8];
        for (int eight = 0; eight < length; eight += 8)
        {
            int count = Math.Min(8, length - eight);
            float* pixel = logits + ((nint)eight * Logits.Block);
            for (int i = 0; i < count; i++)
                (largest[i], sums[i]) = Exponentials(pixel + (i * Logits.Block), places, groups, rest);
            Vector256.Log(Vector256.Load(sums)).Store(logs);
            for (int i = 0; i < count; i++)
                Finish(pixel + (i * Logits.Block), start + eight + i, largest[i], logs[i]);
        }
    }

    /// <summary>Maximum and sum over the classes of a pixel; in the last eight, those of <paramref name="rest"/> count.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (float Largest, float Sum) Exponentials(float* pixel, nint* places, int groups, Vector256<float> rest)
    {
        Vector256<float> last = Vector256.ConditionalSelect(rest, Vector256.Load(pixel + places[groups - 1]), Vector256.Create(float.NegativeInfinity));
        Vector256<float> largest = last;
        for (int group = 0; group < groups - 1; group++)
            largest = Vector256.Max(largest, Vector256.Load(pixel + places[group]));
        float maximum = Largest(largest);
        Vector256<float> shift = Vector256.Create(maximum);
        Vector256<float> sum = VectorExponential.OfNonPositive(last - shift);
        for (int group = 0; group < groups - 1; group++)
            sum += VectorExponential.OfNonPositive(Vector256.Load(pixel + places[group]) - shift);
        return (maximum, Vector256.Sum(sum));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Largest(Vector256<float> x)
    {
        Vector128<float> four = Vector128.Max(x.GetLower(), x.GetUpper());
        Vector128<float> two = Vector128.Max(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return MathF.Max(two[0], two[1]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Finish(float* pixel, nint place, float largest, float log)
    {
        LogSumExponentials[place] = largest + log;
        int label = Targets.Target[place];
        Losses[place] = 0f;
        PixelWeights[place] = 0f;
        if (!Targets.Counts(label))
            return;

        // largest - x is exact where it matters, near 0; (largest + log) - x would lose the digits of the logarithm when logits are large.
        float weight = Targets.Weights[label];
        float loss = (1f - Targets.Smoothing) * weight * (largest - pixel[Place(label)] + log);
        if (Targets.Smoothing > 0f)
        {
            float sum = 0f;
            for (int c = 0; c < Targets.Classes; c++)
                sum += Targets.Weights[c] * (largest - pixel[Place(c)] + log);
            loss += Targets.Smoothing / Targets.Classes * sum;
        }

        Losses[place] = loss;
        PixelWeights[place] = weight;
    }

    // Where a channel lies from the first of its pixel on. The block is 8 or 16: without a division, which would cost more than an exponential.
    private readonly nint Place(int channel) =>
        Logits.Block == 16 ? ((channel >> 4) * Logits.Plane) + (channel & 15) : ((channel >> 3) * Logits.Plane) + (channel & 7);
}
