using System.Numerics;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.Interpolation;

/// <summary>The definition of interpolation. PyTorch: <c>interpolate(size=...)</c>.</summary>
public static class InterpolationReference
{
    /// <summary>y[n,c,p,q] = sum over the pixels that output row p and column q read, of row weight * column weight * x.</summary>
    public static HostTensor<T> Forward<T>(HostTensor<T> input, int height, int width, InterpolationMode mode)
        where T : IFloatingPoint<T>
    {
        ArgumentNullException.ThrowIfNull(input);
        var output = new HostTensor<T>(input.Shape with { Height = height, Width = width });
        ForEachTerm<T>(input.Shape, output.Shape, mode, (n, c, p, q, y, x, weight) => output[n, c, p, q] += weight * input[n, c, y, x]);
        return output;
    }

    /// <summary>dL/dx: each term of the forward sum gives weight * dL/dy to the pixel that it read.</summary>
    public static HostTensor<T> Backward<T>(TensorShape input, HostTensor<T> outputGradient, InterpolationMode mode)
        where T : IFloatingPoint<T>
    {
        ArgumentNullException.ThrowIfNull(outputGradient);
        var inputGradient = new HostTensor<T>(input);
        ForEachTerm<T>(input, outputGradient.Shape, mode, (n, c, p, q, y, x, weight) => inputGradient[n, c, y, x] += weight * outputGradient[n, c, p, q]);
        return inputGradient;
    }

    private delegate void Term<T>(int n, int c, int p, int q, int y, int x, T weight);

    private static void ForEachTerm<T>(TensorShape input, TensorShape output, InterpolationMode mode, Term<T> term)
        where T : IFloatingPoint<T>
    {
        for (int p = 0; p < output.Height; p++)
        for (int q = 0; q < output.Width; q++)
        foreach ((int y, T rowWeight) in Sources<T>(p, input.Height, output.Height, mode))
        foreach ((int x, T columnWeight) in Sources<T>(q, input.Width, output.Width, mode))
        for (int n = 0; n < input.Batch; n++)
        for (int c = 0; c < input.Channels; c++)
            term(n, c, p, q, y, x, rowWeight * columnWeight);
    }

    // The pixels of an axis of n that output i of m reads, and how much of each.
    private static (int Pixel, T Weight)[] Sources<T>(int i, int n, int m, InterpolationMode mode)
        where T : IFloatingPoint<T>
    {
        if (mode == InterpolationMode.Nearest)
            return [(Math.Min((int)MathF.Floor(i * (n / (float)m)), n - 1), T.One)];
        T place = mode == InterpolationMode.Bilinear
            ? ((T.CreateChecked(i) + T.CreateChecked(0.5)) * T.CreateChecked(n) / T.CreateChecked(m)) - T.CreateChecked(0.5)
            : m == 1 ? T.Zero : T.CreateChecked(i) * T.CreateChecked(n - 1) / T.CreateChecked(m - 1);
        place = T.Clamp(place, T.Zero, T.CreateChecked(n - 1));
        T fraction = place - T.Floor(place);
        int lower = int.CreateChecked(T.Floor(place));
        return [(lower, T.One - fraction), (Math.Min(lower + 1, n - 1), fraction)];
    }
}
