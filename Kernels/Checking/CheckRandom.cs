using SegFromScratch.Engine.Tensors;

namespace SegFromScratch.Kernels.Checking;

/// <summary>Random numbers for checks: each case draws from its own name, so that cases can be added and run in any order.</summary>
/// <param name="seed">Any text.</param>
public sealed class CheckRandom(string seed)
{
    // FNV-1a of the text, then SplitMix64: https://prng.di.unimi.it/splitmix64.c
    private ulong _state = seed.Aggregate(14695981039346656037UL, (hash, letter) => unchecked((hash ^ letter) * 1099511628211UL));

    /// <summary>A whole number from 0 up to a limit, exclusive.</summary>
    public int Below(int limit) => (int)(Next() % (ulong)limit);

    /// <summary>A number from 0 up to 1, exclusive.</summary>
    public double Uniform() => (Next() >> 40) / (double)(1 << 24);

    /// <summary>Standard normal numbers, rounded to float32.</summary>
    public HostTensor<double> Normal(TensorShape shape, double scale = 1, double mean = 0) =>
        Fill(shape, () => (float)(mean + (scale * Math.Sqrt(-2 * Math.Log(1 - Uniform())) * Math.Cos(2 * Math.PI * Uniform()))));

    /// <summary>Normal numbers at least a gap away from zero, for functions with a kink there.</summary>
    public HostTensor<double> AwayFromZero(TensorShape shape, double gap = 0.05)
    {
        HostTensor<double> values = Normal(shape);
        for (int i = 0; i < values.Values.Length; i++)
        {
            if (Math.Abs(values.Values[i]) < gap)
                values.Values[i] = (float)(values.Values[i] < 0 ? values.Values[i] - gap : values.Values[i] + gap);
        }

        return values;
    }

    /// <summary>Uniform numbers from low to high, rounded to float32.</summary>
    public HostTensor<double> Uniform(TensorShape shape, double low, double high) =>
        Fill(shape, () => (float)(low + ((high - low) * Uniform())));

    /// <summary>Whole numbers from -4 to 4: sums of their products are exact in float32, so results must be equal.</summary>
    public HostTensor<double> SmallIntegers(TensorShape shape) => Fill(shape, () => Below(9) - 4);

    /// <summary>Numbers that are all different and at least a gap apart, in random order, for maxima without ties.</summary>
    public HostTensor<double> Distinct(TensorShape shape)
    {
        HostTensor<double> values = new(shape);
        int count = values.Values.Length;
        for (int i = 0; i < count; i++)
        {
            int j = Below(i + 1);
            values.Values[i] = values.Values[j];
            values.Values[j] = (float)((4.0 * i / count) - 2);
        }

        return values;
    }

    /// <summary>Class indices from 0 up to a limit, exclusive.</summary>
    public HostTensor<double> Classes(TensorShape shape, int classes) => Fill(shape, () => Below(classes));

    private static HostTensor<double> Fill(TensorShape shape, Func<double> next)
    {
        var values = new HostTensor<double>(shape);
        for (int i = 0; i < values.Values.Length; i++)
            values.Values[i] = next();
        return values;
    }

    private ulong Next()
    {
        unchecked
        {
            ulong z = _state += 0x9E3779B97F4A7C15UL;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
            return z ^ (z >> 31);
        }
    }
}
