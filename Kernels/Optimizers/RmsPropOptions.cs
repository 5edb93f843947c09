namespace SegFromScratch.Kernels.Optimizers;

/// <summary>The settings of <see cref="RmsProp"/>, with PyTorch's defaults.</summary>
public sealed record RmsPropOptions
{
    /// <summary>How much of the mean squared gradient stays from step to step. PyTorch: <c>alpha</c>.</summary>
    public double Smoothing { get; init; } = 0.99;

    /// <summary>Added to the root of the mean square. Keras adds 1e-7 inside the root.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>The share of the velocity that stays from step to step.</summary>
    public double Momentum { get; init; }

    /// <summary>Adds this times the parameter to its gradient: the derivative of half its square.</summary>
    public double WeightDecay { get; init; }
}
