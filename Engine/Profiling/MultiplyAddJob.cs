using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;

namespace SegFromScratch.Engine.Profiling;

/// <summary>A vector of the processor's width.</summary>
internal interface ILanes<TVector>
    where TVector : struct
{
    static abstract int Count { get; }

    static abstract TVector Create(float value);

    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);

    static abstract float Sum(TVector a);
}

/// <summary>AVX-512.</summary>
internal readonly struct Lanes512 : ILanes<Vector512<float>>
{
    public static int Count => Vector512<float>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Create(float value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c) => Vector512.FusedMultiplyAdd(a, b, c);

    public static float Sum(Vector512<float> a) => Vector512.Sum(a);
}

/// <summary>Any other machine; two halves where there are 128 bits only.</summary>
internal readonly struct Lanes256 : ILanes<Vector256<float>>
{
    public static int Count => Vector256<float>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Create(float value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MultiplyAdd(Vector256<float> a, Vector256<float> b, Vector256<float> c) => Vector256.FusedMultiplyAdd(a, b, c);

    public static float Sum(Vector256<float> a) => Vector256.Sum(a);
}

/// <summary>Multiply-adds between registers alone: ten independent chains, enough to hide the latency of two units.</summary>
/// <param name="sums">One number a ticket, so that nothing can be left out as unused.</param>
internal readonly struct MultiplyAddJob<TLanes, TVector>(float[] sums) : ICpuJob
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    private const int Chains = 10;
    private const int Rounds = 2000;

    /// <summary>Multiply-adds of one ticket.</summary>
    public static long MultiplyAdds => (long)Chains * Rounds * TLanes.Count;

    public void Execute(int ticket, int worker) => sums[ticket] = Run(sums[ticket]);

    // Named locals: the just-in-time compiler keeps arrays of vectors in memory.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Run(float start)
    {
        TVector factor = TLanes.Create(0.5f), term = TLanes.Create(start);
        TVector a = term, b = term, c = term, d = term, e = term, f = term, g = term, h = term, i = term, j = term;
        for (int round = 0; round < Rounds; round++)
        {
            a = TLanes.MultiplyAdd(a, factor, term);
            b = TLanes.MultiplyAdd(b, factor, term);
            c = TLanes.MultiplyAdd(c, factor, term);
            d = TLanes.MultiplyAdd(d, factor, term);
            e = TLanes.MultiplyAdd(e, factor, term);
            f = TLanes.MultiplyAdd(f, factor, term);
            g = TLanes.MultiplyAdd(g, factor, term);
            h = TLanes.MultiplyAdd(h, factor, term);
            i = TLanes.MultiplyAdd(i, factor, term);
            j = TLanes.MultiplyAdd(j, factor, term);
        }

        return TLanes.Sum(a) + TLanes.Sum(b) + TLanes.Sum(c) + TLanes.Sum(d) + TLanes.Sum(e) + TLanes.Sum(f) + TLanes.Sum(g) + TLanes.Sum(h) + TLanes.Sum(i) + TLanes.Sum(j);
    }
}
