using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.LogOdds.Cpu;

/// <summary>What both passes need of a pixel: its largest class a, which is treated apart, the largest of the others, and the sums of exponentials. Derivation: README.md.</summary>
internal readonly unsafe struct PixelOdds
{
    private readonly int _vectorOfLargest;
    private readonly Vector256<float> _laneOfLargest;

    /// <summary>Looks at the logits of a pixel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PixelOdds(ClassVectors classes, float* x)
    {
        float first = classes.Largest(x);
        First = Vector256.Create(first);
        (_vectorOfLargest, _laneOfLargest) = (0, default);
        for (int vector = 0; vector < classes.Count; vector++)
        {
            uint equal = Vector256.Equals(classes.Load(x, vector, float.NegativeInfinity), First).ExtractMostSignificantBits();
            if (equal == 0)
                continue;
            _vectorOfLargest = vector;
            _laneOfLargest = Vector256.Equals(Vector256<int>.Indices, Vector256.Create(BitOperations.TrailingZeroCount(equal))).AsSingle();
            break;
        }

        Vector256<float> others = Vector256.Create(float.NegativeInfinity);
        for (int vector = 0; vector < classes.Count; vector++)
            others = Vector256.Max(others, WithoutLargest(classes, x, vector));
        Second = Vector256.Create(ClassVectors.Largest(others));
        Vector256<float> all = default, rest = default;
        for (int vector = 0; vector < classes.Count; vector++)
        {
            all += VectorExponential.OfNonPositive(classes.Load(x, vector, float.NegativeInfinity) - First);
            rest += VectorExponential.OfNonPositive(WithoutLargest(classes, x, vector) - Second);
        }

        All = Vector256.Create(Vector256.Sum(all));
        Rest = Vector256.Create(Vector256.Sum(rest));
    }

    /// <summary>The largest logit.</summary>
    public Vector256<float> First { get; }

    /// <summary>The largest of the others.</summary>
    public Vector256<float> Second { get; }

    /// <summary>The sum over all classes of exp(x - first).</summary>
    public Vector256<float> All { get; }

    /// <summary>The sum over the classes but the largest of exp(x - second).</summary>
    public Vector256<float> Rest { get; }

    /// <summary>All bits set in the lane of the largest class.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Largest(int vector) => vector == _vectorOfLargest ? _laneOfLargest : Vector256<float>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<float> WithoutLargest(ClassVectors classes, float* x, int vector) =>
        Vector256.ConditionalSelect(Largest(vector), Vector256.Create(float.NegativeInfinity), classes.Load(x, vector, float.NegativeInfinity));
}
