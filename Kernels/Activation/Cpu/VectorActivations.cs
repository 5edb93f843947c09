using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Activation.Cpu;

/// <summary>max(0, x); NaN stays NaN.</summary>
internal readonly struct VectorRelu : IVectorFunction
{
    /// <inheritdoc/>
    public Vector256<float> Apply(Vector256<float> x) => Vector256.Max(x, Vector256<float>.Zero);
}

/// <summary>The output gradient where the output is above 0, else 0.</summary>
internal readonly struct VectorReluGradient : IVectorFunction2
{
    /// <inheritdoc/>
    public Vector256<float> Apply(Vector256<float> output, Vector256<float> gradient) =>
        gradient & Vector256.GreaterThan(output, Vector256<float>.Zero);
}

/// <summary>x above 0, otherwise slope * x.</summary>
internal readonly struct VectorLeakyRelu(float slope) : IVectorFunction, IVectorFunction2
{
    private readonly Vector256<float> _slope = Vector256.Create(slope);

    /// <inheritdoc/>
    public Vector256<float> Apply(Vector256<float> x) => Apply(x, x);

    /// <summary>The gradient where the output is above 0, otherwise slope * gradient.</summary>
    public Vector256<float> Apply(Vector256<float> output, Vector256<float> gradient) =>
        Vector256.ConditionalSelect(Vector256.GreaterThan(output, Vector256<float>.Zero), gradient, gradient * _slope);
}

/// <summary>min(6, max(0, x)).</summary>
internal readonly struct VectorRelu6 : IVectorFunction
{
    /// <inheritdoc/>
    public Vector256<float> Apply(Vector256<float> x) => Vector256.Min(Vector256.Max(x, Vector256<float>.Zero), Vector256.Create(6f));
}

/// <summary>The output gradient where the output lies between 0 and 6, else 0.</summary>
internal readonly struct VectorRelu6Gradient : IVectorFunction2
{
    /// <inheritdoc/>
    public Vector256<float> Apply(Vector256<float> output, Vector256<float> gradient) =>
        gradient & Vector256.GreaterThan(output, Vector256<float>.Zero) & Vector256.LessThan(output, Vector256.Create(6f));
}

/// <summary>1 / (1 + exp(-x)).</summary>
internal readonly struct VectorSigmoid : IVectorFunction
{
    /// <summary>The logistic function, computed from exp(-|x|), which neither overflows nor loses digits where the result is small.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Of(Vector256<float> x)
    {
        Vector256<float> exponential = VectorExponential.OfNonPositive(-Vector256.Abs(x));
        Vector256<float> numerator = Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<float>.Zero), exponential, Vector256<float>.One);
        return numerator / (Vector256<float>.One + exponential);
    }

    /// <inheritdoc/>
    public Vector256<float> Apply(Vector256<float> x) => Of(x);
}

/// <summary>gradient * output * (1 - output).</summary>
internal readonly struct VectorSigmoidGradient : IVectorFunction2
{
    /// <inheritdoc/>
    public Vector256<float> Apply(Vector256<float> output, Vector256<float> gradient) => gradient * output * (Vector256<float>.One - output);
}

/// <summary>x * sigmoid(x).</summary>
internal readonly struct VectorSilu : IVectorFunction
{
    /// <inheritdoc/>
    public Vector256<float> Apply(Vector256<float> x) => x * VectorSigmoid.Of(x);
}

/// <summary>gradient * s * (1 + x * (1 - s)) with s = sigmoid(x).</summary>
internal readonly struct VectorSiluGradient : IVectorFunction2
{
    /// <inheritdoc/>
    public Vector256<float> Apply(Vector256<float> input, Vector256<float> gradient)
    {
        Vector256<float> sigmoid = VectorSigmoid.Of(input);
        return gradient * (sigmoid * (Vector256<float>.One + (input * (Vector256<float>.One - sigmoid))));
    }
}
