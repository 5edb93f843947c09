using System.Runtime.CompilerServices;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu.Winograd;

/// <summary>Six inputs to six products: B^T.</summary>
internal readonly unsafe struct InputLine : IWinogradLine
{
    /// <inheritdoc/>
    public static int Inputs => 6;

    /// <inheritdoc/>
    public static int Outputs => 6;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply<T>(float* from, nint step, float* to, nint toStep)
        where T : struct, ILanes<T>
    {
        T d0 = T.Load(from), d1 = T.Load(from + step), d2 = T.Load(from + (2 * step));
        T d3 = T.Load(from + (3 * step)), d4 = T.Load(from + (4 * step)), d5 = T.Load(from + (5 * step));
        T four = T.Create(4f), minusFour = T.Create(-4f), minusFive = T.Create(-5f), two = T.Create(2f), minusTwo = T.Create(-2f);
        T even = T.MultiplyAdd(d2, minusFour, d4), odd = T.MultiplyAdd(d1, minusFour, d3);
        T even2 = d4 - d2, odd2 = d3 - d1;
        T.MultiplyAdd(d0, four, T.MultiplyAdd(d2, minusFive, d4)).Store(to);
        (even + odd).Store(to + toStep);
        (even - odd).Store(to + (2 * toStep));
        T.MultiplyAdd(odd2, two, even2).Store(to + (3 * toStep));
        T.MultiplyAdd(odd2, minusTwo, even2).Store(to + (4 * toStep));
        T.MultiplyAdd(d1, four, T.MultiplyAdd(d3, minusFive, d5)).Store(to + (5 * toStep));
    }
}

/// <summary>Six products to four outputs: A^T.</summary>
internal readonly unsafe struct OutputLine : IWinogradLine
{
    /// <inheritdoc/>
    public static int Inputs => 6;

    /// <inheritdoc/>
    public static int Outputs => 4;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply<T>(float* from, nint step, float* to, nint toStep)
        where T : struct, ILanes<T>
    {
        T m0 = T.Load(from), m1 = T.Load(from + step), m2 = T.Load(from + (2 * step));
        T m3 = T.Load(from + (3 * step)), m4 = T.Load(from + (4 * step)), m5 = T.Load(from + (5 * step));
        T sum = m1 + m2, difference = m1 - m2, sum2 = m3 + m4, difference2 = m3 - m4;
        (m0 + sum + sum2).Store(to);
        T.MultiplyAdd(difference2, T.Create(2f), difference).Store(to + toStep);
        T.MultiplyAdd(sum2, T.Create(4f), sum).Store(to + (2 * toStep));
        (T.MultiplyAdd(difference2, T.Create(8f), difference) + m5).Store(to + (3 * toStep));
    }
}

/// <summary>Three weights to six factors: G.</summary>
internal readonly unsafe struct WeightLine : IWinogradLine
{
    /// <inheritdoc/>
    public static int Inputs => 3;

    /// <inheritdoc/>
    public static int Outputs => 6;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply<T>(float* from, nint step, float* to, nint toStep)
        where T : struct, ILanes<T>
    {
        T g0 = T.Load(from), g1 = T.Load(from + step), g2 = T.Load(from + (2 * step));
        T ends = g0 + g2;
        T even = (g0 * T.Create(1f / 24)) + (g2 * T.Create(1f / 6)), odd = g1 * T.Create(1f / 12);
        (g0 * T.Create(0.25f)).Store(to);
        ((ends + g1) * T.Create(-1f / 6)).Store(to + toStep);
        ((ends - g1) * T.Create(-1f / 6)).Store(to + (2 * toStep));
        (even + odd).Store(to + (3 * toStep));
        (even - odd).Store(to + (4 * toStep));
        g2.Store(to + (5 * toStep));
    }
}

/// <summary>Four output gradients to six factors: A.</summary>
internal readonly unsafe struct OutputGradientLine : IWinogradLine
{
    /// <inheritdoc/>
    public static int Inputs => 4;

    /// <inheritdoc/>
    public static int Outputs => 6;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply<T>(float* from, nint step, float* to, nint toStep)
        where T : struct, ILanes<T>
    {
        T y0 = T.Load(from), y1 = T.Load(from + step);
        T y2 = T.Load(from + (2 * step)), y3 = T.Load(from + (3 * step));
        T even = y0 + y2, odd = y1 + y3;
        T even2 = T.MultiplyAdd(y2, T.Create(4f), y0);
        T odd2 = T.MultiplyAdd(y3, T.Create(8f), y1 + y1);
        y0.Store(to);
        (even + odd).Store(to + toStep);
        (even - odd).Store(to + (2 * toStep));
        (even2 + odd2).Store(to + (3 * toStep));
        (even2 - odd2).Store(to + (4 * toStep));
        y3.Store(to + (5 * toStep));
    }
}

/// <summary>Six sums to three weight gradients: G^T.</summary>
internal readonly unsafe struct WeightGradientLine : IWinogradLine
{
    /// <inheritdoc/>
    public static int Inputs => 6;

    /// <inheritdoc/>
    public static int Outputs => 3;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply<T>(float* from, nint step, float* to, nint toStep)
        where T : struct, ILanes<T>
    {
        T u0 = T.Load(from), u1 = T.Load(from + step), u2 = T.Load(from + (2 * step));
        T u3 = T.Load(from + (3 * step)), u4 = T.Load(from + (4 * step)), u5 = T.Load(from + (5 * step));
        T near = (u1 + u2) * T.Create(-1f / 6), far = u3 + u4;
        ((u0 * T.Create(0.25f)) + near + (far * T.Create(1f / 24))).Store(to);
        (((u2 - u1) * T.Create(1f / 6)) + ((u3 - u4) * T.Create(1f / 12))).Store(to + toStep);
        (near + (far * T.Create(1f / 6)) + u5).Store(to + (2 * toStep));
    }
}
