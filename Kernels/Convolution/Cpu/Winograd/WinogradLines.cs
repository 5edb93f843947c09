using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

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
    public static void Apply(float* from, nint step, float* to, nint toStep)
    {
        Vector256<float> d0 = Vector256.Load(from), d1 = Vector256.Load(from + step), d2 = Vector256.Load(from + (2 * step));
        Vector256<float> d3 = Vector256.Load(from + (3 * step)), d4 = Vector256.Load(from + (4 * step)), d5 = Vector256.Load(from + (5 * step));
        Vector256<float> four = Vector256.Create(4f), two = Vector256.Create(2f), five = Vector256.Create(-5f);
        Vector256<float> even = Vector256.MultiplyAddEstimate(d2, -four, d4), odd = Vector256.MultiplyAddEstimate(d1, -four, d3);
        Vector256<float> even2 = d4 - d2, odd2 = d3 - d1;
        Vector256.MultiplyAddEstimate(d0, four, Vector256.MultiplyAddEstimate(d2, five, d4)).Store(to);
        (even + odd).Store(to + toStep);
        (even - odd).Store(to + (2 * toStep));
        Vector256.MultiplyAddEstimate(odd2, two, even2).Store(to + (3 * toStep));
        Vector256.MultiplyAddEstimate(odd2, -two, even2).Store(to + (4 * toStep));
        Vector256.MultiplyAddEstimate(d1, four, Vector256.MultiplyAddEstimate(d3, five, d5)).Store(to + (5 * toStep));
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
    public static void Apply(float* from, nint step, float* to, nint toStep)
    {
        Vector256<float> m0 = Vector256.Load(from), m1 = Vector256.Load(from + step), m2 = Vector256.Load(from + (2 * step));
        Vector256<float> m3 = Vector256.Load(from + (3 * step)), m4 = Vector256.Load(from + (4 * step)), m5 = Vector256.Load(from + (5 * step));
        Vector256<float> sum = m1 + m2, difference = m1 - m2, sum2 = m3 + m4, difference2 = m3 - m4;
        (m0 + sum + sum2).Store(to);
        Vector256.MultiplyAddEstimate(difference2, Vector256.Create(2f), difference).Store(to + toStep);
        Vector256.MultiplyAddEstimate(sum2, Vector256.Create(4f), sum).Store(to + (2 * toStep));
        (Vector256.MultiplyAddEstimate(difference2, Vector256.Create(8f), difference) + m5).Store(to + (3 * toStep));
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
    public static void Apply(float* from, nint step, float* to, nint toStep)
    {
        Vector256<float> g0 = Vector256.Load(from), g1 = Vector256.Load(from + step), g2 = Vector256.Load(from + (2 * step));
        Vector256<float> ends = g0 + g2;
        Vector256<float> even = (g0 * (1f / 24)) + (g2 * (1f / 6)), odd = g1 * (1f / 12);
        (g0 * 0.25f).Store(to);
        ((ends + g1) * (-1f / 6)).Store(to + toStep);
        ((ends - g1) * (-1f / 6)).Store(to + (2 * toStep));
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
    public static void Apply(float* from, nint step, float* to, nint toStep)
    {
        Vector256<float> y0 = Vector256.Load(from), y1 = Vector256.Load(from + step);
        Vector256<float> y2 = Vector256.Load(from + (2 * step)), y3 = Vector256.Load(from + (3 * step));
        Vector256<float> even = y0 + y2, odd = y1 + y3;
        Vector256<float> even2 = Vector256.MultiplyAddEstimate(y2, Vector256.Create(4f), y0);
        Vector256<float> odd2 = Vector256.MultiplyAddEstimate(y3, Vector256.Create(8f), y1 + y1);
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
    public static void Apply(float* from, nint step, float* to, nint toStep)
    {
        Vector256<float> u0 = Vector256.Load(from), u1 = Vector256.Load(from + step), u2 = Vector256.Load(from + (2 * step));
        Vector256<float> u3 = Vector256.Load(from + (3 * step)), u4 = Vector256.Load(from + (4 * step)), u5 = Vector256.Load(from + (5 * step));
        Vector256<float> near = (u1 + u2) * (-1f / 6), far = u3 + u4;
        ((u0 * 0.25f) + near + (far * (1f / 24))).Store(to);
        (((u2 - u1) * (1f / 6)) + ((u3 - u4) * (1f / 12))).Store(to + toStep);
        (near + (far * (1f / 6)) + u5).Store(to + (2 * toStep));
    }
}
