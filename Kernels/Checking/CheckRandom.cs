using SegFromScratch.Engine.Numerics;
using SegFromScratch.Engine.Tensors;

namespace SegFromScratch.Kernels.Checking;

/// <summary>Random numbers for checks: each case draws from its own name, so that cases can be added and run in any order.</summary>
/// <param name="seed">Any text.</param>
public sealed class CheckRandom(string seed)
{
    private SplitMix64 _random = new(SplitMix64.Seed(0, seed));

    /// <summary>A whole number from 0 up to a limit, exclusive.</summary>
    public int Below(int limit) => _random.Below(limit);

    /// <summary>A number from 0 up to 1, exclusive.</summary>
    public double Uniform() => _random.Uniform();

    /// <summary>Standard normal numbers, rounded to float32.</summary>
    public HostTensor<double> Normal(TensorShape shape, double scale = 1, double mean = 0) =>
        Fill(shape, () => (float)(mean + (scale * _random.Normal())));

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
}
