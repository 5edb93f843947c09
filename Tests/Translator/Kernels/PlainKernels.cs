using SegFromScratch.Engine.Dialect;

namespace SegFromScratch.Tests.Translator.Kernels;

/// <summary>Sizes of a one-dimensional filter.</summary>
public readonly record struct FilterShape(int Length, int Taps, bool Wrap)
{
    /// <summary>Elements with a full window.</summary>
    public int Inner => Length - Taps + 1;

    public int Clamp(int i) => i < 0 ? 0 : i >= Length ? Length - 1 : i;
}

public interface IUnaryOperation
{
    float Apply(float x);
}

public readonly struct ReluOperation : IUnaryOperation
{
    public float Apply(float x) => MathF.Max(x, 0f);
}

public readonly struct SiluOperation : IUnaryOperation
{
    public float Apply(float x) => x / (1f + MathF.Exp(-x));
}

public enum BorderMode
{
    Clamp,
    Zero,
}

/// <summary>Implicitly grouped kernels that use one part of the language each.</summary>
public static class PlainKernels
{
    private const int HashRounds = 3;

    /// <summary>y = a x + y.</summary>
    [Kernel]
    public static void Saxpy(Index1D index, float a, ArrayView<float> x, ArrayView<float> y)
    {
        y[index] = a * x[index] + y[index];
    }

    /// <summary>A filter at the borders, by <see cref="BorderMode"/>.</summary>
    [Kernel]
    public static void Filter(Index1D index, FilterShape shape, BorderMode mode, bool negate, ArrayView<float> input, ArrayView<float> bias, ArrayView<float> output, SpecializedValue<int> taps)
    {
        var window = LocalMemory.Allocate<float>(taps.Value);
        for (int t = 0; t < taps.Value; t++)
        {
            int i = index - taps.Value / 2 + t;
            bool inside = i >= 0 && i < shape.Length;
            window[t] = mode == BorderMode.Clamp ? input[shape.Clamp(i)] : inside ? input[i] : 0f;
        }

        float sum = bias.Length > 0 ? bias[0] : 0f;
        for (int t = 0; t < taps.Value; t++)
            sum += window[t] * (t + 1);
        if (negate)
            sum = -sum;
        output[index] = sum;
    }

    /// <summary>Activations through one generic helper.</summary>
    [Kernel]
    public static void Activate(Index1D index, int kind, TensorView x, TensorView y)
    {
        TensorPosition at = x.Layout.Position(index);
        if (at.C >= x.Layout.Channels)
            return;
        float value = x[at.N, at.C, at.Y, at.X];
        y[at.N, at.C, at.Y, at.X] = kind switch
        {
            0 => Map<ReluOperation>(value, default),
            1 => Map<SiluOperation>(value, default),
            _ => value,
        };
    }

    /// <summary>Sum of a window, by a helper that takes tensors.</summary>
    [Kernel]
    public static void BoxSum(Index1D index, TensorView x, ArrayView<float> sums)
    {
        float sum = 0f;
        for (int dy = -1; dy <= 1; dy++)
        {
            for (int dx = -1; dx <= 1; dx++)
                sum += At(x, 0, 0, index / x.Layout.Width + dy, index % x.Layout.Width + dx);
        }

        sums[index] = sum;
    }

    /// <summary>Exact arithmetic of unsigned numbers and shifts.</summary>
    [Kernel]
    public static void Hash(Index1D index, uint seed, ArrayView<uint> hashes, ArrayView<int> shifted)
    {
        ulong state = seed + (ulong)(uint)(int)index * 0x9E3779B97F4A7C15UL;
        for (int round = 0; round < HashRounds; round++)
        {
            state ^= state >> 33;
            state *= 0xFF51AFD7ED558CCDUL;
        }

        uint low = (uint)state, high = (uint)(state >> 32);
        hashes[index] = low ^ high;
        int signed = (int)low;
        shifted[index] = (signed >>> 3) + (signed >> (int)(high & 63)) - (1 << (index + 30)) % 7;
    }

    /// <summary>Conversions that C leaves undefined.</summary>
    [Kernel]
    public static void Convert(Index1D index, ArrayView<float> x, ArrayView<int> rounded, ArrayView<int> bits)
    {
        float value = x[index];
        rounded[index] = (int)MathF.Round(value);
        float limited = value;
        Limit(ref limited, -10f, 10f);
        bits[index] = float.IsNaN(value) ? -1 : BitConverter.SingleToInt32Bits(limited);
    }

    /// <summary>Early ends of nested loops.</summary>
    [Kernel]
    public static void Search(Index1D index, ArrayView<int> values, int count, ArrayView<int> found)
    {
        for (int i = 0; i < count; i++)
        {
            if (values[i] < 0)
                continue;
            if (values[i] == index)
            {
                found[index] = i;
                return;
            }
        }

        while (count > 0)
        {
            count--;
            if (count == 3)
                break;
        }

        found[index] = -1 - count;
    }

    /// <summary>Counts by atomic additions.</summary>
    [Kernel]
    public static void Count(Index1D index, ArrayView<int> values, ArrayView<int> counts)
    {
        Atomic.Add(ref counts[values[index] & 7], 1);
    }

    private static float Map<TOperation>(float x, TOperation operation)
        where TOperation : struct, IUnaryOperation =>
        operation.Apply(x);

    private static float At(TensorView x, int n, int c, int y, int column) =>
        y >= 0 && y < x.Layout.Height && column >= 0 && column < x.Layout.Width ? x[n, c, y, column] : 0f;

    private static void Limit(ref float value, float low, float high)
    {
        if (value < low)
            value = low;
        else if (value > high)
            value = high;
    }
}
