namespace SegFromScratch.Training.Data;

/// <summary>
/// A counter-based generator: draw number n is a pure function of (key, n), so what a sample gets depends on who it is and never on
/// which thread came first. The function is the SplitMix64 finaliser (Steele, Lea, Flood: "Fast splittable pseudorandom number
/// generators", OOPSLA 2014).
/// </summary>
/// <remarks>A struct with state: pass it by reference, a copy repeats the same draws.</remarks>
public struct SeededRandom
{
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;

    private readonly ulong _key;
    private ulong _counter;

    private SeededRandom(ulong key) => _key = key;

    /// <summary>The stream of one seed.</summary>
    public static SeededRandom For(long seed) => new(Mix((ulong)seed + GoldenGamma));

    /// <summary>The stream of one seed and one number below it, such as the epoch.</summary>
    public static SeededRandom For(long seed, long first) => For(seed).Fork(first);

    /// <summary>The stream of one seed and two numbers below it, such as the epoch and the sample.</summary>
    public static SeededRandom For(long seed, long first, long second) => For(seed).Fork(first).Fork(second);

    /// <summary>An independent stream named by a number; this stream's own draws are not touched.</summary>
    public readonly SeededRandom Fork(long name) => new(Mix(_key ^ Mix((ulong)name + GoldenGamma)));

    /// <summary>64 uniform bits.</summary>
    public ulong NextBits() => Mix(_key + (++_counter * GoldenGamma));

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1L << 53));

    /// <summary>Uniform in [minimum, maximum).</summary>
    public double NextDouble(double minimum, double maximum) => minimum + (NextDouble() * (maximum - minimum));

    /// <summary>Normally distributed, mean 0 and deviation 1 (Box and Muller 1958, the cosine of the pair).</summary>
    public double NextNormal()
    {
        // 1 - u is above 0, whose logarithm is finite.
        double length = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        return length * Math.Cos(2 * Math.PI * NextDouble());
    }

    /// <summary>Uniform in 0 .. <paramref name="exclusiveMaximum"/> - 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The maximum is below 1.</exception>
    public int NextInt(int exclusiveMaximum)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(exclusiveMaximum, 1);
        return (int)Math.BigMul(NextBits(), (ulong)exclusiveMaximum, out _);
    }

    /// <summary>Uniform in <paramref name="minimum"/> .. <paramref name="maximum"/>, both included.</summary>
    public int NextInt(int minimum, int maximum) => minimum + NextInt(maximum - minimum + 1);

    /// <summary>True with probability one half.</summary>
    public bool NextBool() => (NextBits() >> 63) != 0;

    /// <summary>Puts the values in random order (Fisher-Yates).</summary>
    public void Shuffle(Span<int> values)
    {
        for (int last = values.Length - 1; last > 0; last--)
        {
            int chosen = NextInt(last + 1);
            (values[last], values[chosen]) = (values[chosen], values[last]);
        }
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
