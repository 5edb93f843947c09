using SegFromScratch.Engine.Numerics;

namespace SegFromScratch.Training.Data;

/// <summary>
/// A counter-based generator: draw number n is a pure function of (key, n), so what a sample gets depends on who it is and never on
/// which thread came first. The function is the SplitMix64 finaliser (Steele, Lea, Flood: "Fast splittable pseudorandom number
/// generators", OOPSLA 2014).
/// </summary>
/// <remarks>A struct with state: pass it by reference, a copy repeats the same draws.</remarks>
public struct SeededRandom
{
    private readonly ulong _key;
    private SplitMix64 _draws;

    private SeededRandom(ulong key) => (_key, _draws) = (key, new SplitMix64(key));

    /// <summary>The stream of one seed.</summary>
    public static SeededRandom For(long seed) => new(Mixed(seed));

    /// <summary>The stream of one seed and one number below it, such as the epoch.</summary>
    public static SeededRandom For(long seed, long first) => For(seed).Fork(first);

    /// <summary>The stream of one seed and two numbers below it, such as the epoch and the sample.</summary>
    public static SeededRandom For(long seed, long first, long second) => For(seed).Fork(first).Fork(second);

    /// <summary>An independent stream named by a number; this stream's own draws are not touched.</summary>
    public readonly SeededRandom Fork(long name) => new(SplitMix64.Mix(_key ^ Mixed(name)));

    /// <summary>64 uniform bits.</summary>
    public ulong NextBits() => _draws.Next();

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    public double NextDouble() => _draws.Uniform();

    /// <summary>Uniform in [minimum, maximum).</summary>
    public double NextDouble(double minimum, double maximum) => minimum + (NextDouble() * (maximum - minimum));

    /// <summary>Normally distributed, mean 0 and deviation 1 (Box and Muller 1958, the cosine of the pair).</summary>
    public double NextNormal() => _draws.Normal();

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

    // The first draw of the generator that starts there.
    private static ulong Mixed(long number) => new SplitMix64((ulong)number).Next();
}
