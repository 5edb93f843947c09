namespace SegFromScratch.Kernels.Optimizers;

/// <summary>The settings of <see cref="StochasticGradientDescent"/>.</summary>
public sealed record StochasticGradientDescentOptions
{
    /// <summary>The share of the velocity that stays from step to step; 0 needs no velocity.</summary>
    public double Momentum { get; init; }

    /// <summary>Adds this times the parameter to its gradient: the derivative of half its square.</summary>
    public double WeightDecay { get; init; }

    /// <summary>True looks ahead along the velocity: steps by gradient + momentum * velocity. Sutskever et al., ICML 2013.</summary>
    public bool Nesterov { get; init; }
}
