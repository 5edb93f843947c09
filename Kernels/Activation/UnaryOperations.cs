namespace SegFromScratch.Kernels.Activation;

/// <summary>max(0, x). Keeps y: y &gt; 0 exactly where x &gt; 0.</summary>
public readonly record struct Relu : IUnaryOperation
{
    /// <inheritdoc/>
    public float Apply(float x) => MathF.Max(x, 0f);

    /// <inheritdoc/>
    public float Derivative(float kept) => kept > 0f ? 1f : 0f;
}

/// <summary>x for x &gt; 0, otherwise slope * x. Keeps y: with slope &gt;= 0 it is positive exactly where x is.</summary>
/// <param name="Slope">The derivative below zero, 0 or more.</param>
public readonly record struct LeakyRelu(float Slope) : IUnaryOperation
{
    /// <inheritdoc/>
    public float Apply(float x) => x > 0f ? x : Slope * x;

    /// <inheritdoc/>
    public float Derivative(float kept) => kept > 0f ? 1f : Slope;
}

/// <summary>min(6, max(0, x)). Keeps y: x lies between the kinks exactly where y does.</summary>
public readonly record struct Relu6 : IUnaryOperation
{
    /// <inheritdoc/>
    public float Apply(float x) => MathF.Min(MathF.Max(x, 0f), 6f);

    /// <inheritdoc/>
    public float Derivative(float kept) => kept > 0f && kept < 6f ? 1f : 0f;
}

/// <summary>1 / (1 + exp(-x)). Keeps y: the derivative is y (1 - y).</summary>
public readonly record struct Sigmoid : IUnaryOperation
{
    /// <summary>The logistic function; for large negative x, exp(-x) is infinite and the result 0.</summary>
    public static float Of(float x) => 1f / (1f + MathF.Exp(-x));

    /// <inheritdoc/>
    public float Apply(float x) => Of(x);

    /// <inheritdoc/>
    public float Derivative(float kept) => kept * (1f - kept);
}

/// <summary>tanh x. Keeps y: the derivative is 1 - y^2.</summary>
public readonly record struct HyperbolicTangent : IUnaryOperation
{
    /// <inheritdoc/>
    public float Apply(float x) => MathF.Tanh(x);

    /// <inheritdoc/>
    public float Derivative(float kept) => 1f - (kept * kept);
}

/// <summary>x * sigmoid(x). Keeps x: two different x can have the same y.</summary>
public readonly record struct Silu : IUnaryOperation
{
    /// <inheritdoc/>
    public float Apply(float x) => x * Sigmoid.Of(x);

    /// <inheritdoc/>
    public float Derivative(float kept)
    {
        float sigmoid = Sigmoid.Of(kept);
        return sigmoid * (1f + (kept * (1f - sigmoid)));
    }
}

/// <summary>x * Phi(x), where Phi is the distribution function of the standard normal. Keeps x: two different x can have the same y.</summary>
public readonly record struct Gelu : IUnaryOperation
{
    /// <inheritdoc/>
    public float Apply(float x) => x * Distribution(x);

    /// <inheritdoc/>
    public float Derivative(float kept) =>
        Distribution(kept) + (kept * 0.3989422804f * MathF.Exp(-0.5f * kept * kept));

    // Phi(x) = (1 + erf(x / sqrt 2)) / 2, with erf within 1.5e-7: Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26.
    private static float Distribution(float x)
    {
        float z = MathF.Abs(x) * 0.7071067812f;
        float t = 1f / (1f + (0.3275911f * z));
        float polynomial = t * (0.254829592f + (t * (-0.284496736f + (t * (1.421413741f + (t * (-1.453152027f + (t * 1.061405429f))))))));
        float upperTail = 0.5f * polynomial * MathF.Exp(-z * z);
        return x < 0f ? upperTail : 1f - upperTail;
    }
}
