using System.Numerics;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.Activation;

/// <summary>The definition of the activation functions and their derivatives, each of which is a function of x alone.</summary>
public static class ActivationReference
{
    /// <summary>y = f(x), element by element.</summary>
    public static HostTensor<T> Forward<T>(ActivationKind kind, HostTensor<T> x, T slope)
        where T : IFloatingPointIeee754<T> =>
        new(x.Shape, Array.ConvertAll(x.Values, value => Function(kind, value, slope)));

    /// <summary>dL/dx = f'(x) * dL/dy, element by element.</summary>
    public static HostTensor<T> Backward<T>(ActivationKind kind, HostTensor<T> x, HostTensor<T> outputGradient, T slope)
        where T : IFloatingPointIeee754<T>
    {
        var inputGradient = new HostTensor<T>(x.Shape);
        for (int i = 0; i < x.Values.Length; i++)
            inputGradient.Values[i] = Derivative(kind, x.Values[i], slope) * outputGradient.Values[i];
        return inputGradient;
    }

    private static T Function<T>(ActivationKind kind, T x, T slope)
        where T : IFloatingPointIeee754<T> => kind switch
        {
            ActivationKind.Relu => T.Max(x, T.Zero),
            ActivationKind.LeakyRelu => x > T.Zero ? x : slope * x,
            ActivationKind.Relu6 => T.Min(T.Max(x, T.Zero), T.CreateChecked(6)),
            ActivationKind.Sigmoid => Logistic(x),
            ActivationKind.Tanh => T.Tanh(x),
            ActivationKind.Silu => x * Logistic(x),
            ActivationKind.Gelu => x * NormalDistribution(x),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "is no activation function"),
        };

    private static T Derivative<T>(ActivationKind kind, T x, T slope)
        where T : IFloatingPointIeee754<T> => kind switch
        {
            ActivationKind.Relu => x > T.Zero ? T.One : T.Zero,
            ActivationKind.LeakyRelu => x > T.Zero ? T.One : slope,
            ActivationKind.Relu6 => x > T.Zero && x < T.CreateChecked(6) ? T.One : T.Zero,
            ActivationKind.Sigmoid => Logistic(x) * (T.One - Logistic(x)),
            ActivationKind.Tanh => T.One - (T.Tanh(x) * T.Tanh(x)),
            ActivationKind.Silu => Logistic(x) * (T.One + (x * (T.One - Logistic(x)))),
            ActivationKind.Gelu => NormalDistribution(x) + (x * NormalDensity(x)),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "is no activation function"),
        };

    private static T Logistic<T>(T x)
        where T : IFloatingPointIeee754<T> =>
        T.One / (T.One + T.Exp(-x));

    private static T NormalDensity<T>(T x)
        where T : IFloatingPointIeee754<T> =>
        T.Exp(-x * x / T.CreateChecked(2)) / T.Sqrt(T.CreateChecked(2) * T.Pi);

    // Phi(x) = 1/2 + phi(x) (x + x^3/3 + x^5/(3*5) + ...). All terms have one sign, so nothing cancels; beyond 12 deviations double knows only 0 and 1.
    private static T NormalDistribution<T>(T x)
        where T : IFloatingPointIeee754<T>
    {
        if (T.Abs(x) > T.CreateChecked(12))
            return x > T.Zero ? T.One : T.Zero;
        T sum = T.Zero, term = x;
        for (int n = 1; sum + term != sum; n++)
        {
            sum += term;
            term *= x * x / T.CreateChecked((2 * n) + 1);
        }

        return T.CreateChecked(0.5) + (NormalDensity(x) * sum);
    }
}
