using System.Numerics;

namespace SegFromScratch.Kernels.Optimizers;

/// <summary>The definition of stochastic gradient descent with momentum. PyTorch: <c>torch.optim.SGD</c> with dampening 0.</summary>
public static class StochasticGradientDescentReference
{
    /// <summary>
    /// d = g + decay * p; v = momentum * v + d; p = p - rate * v, or with Nesterov p = p - rate * (d + momentum * v). Velocities start at 0.
    /// </summary>
    /// <param name="parameter">p, changed.</param>
    /// <param name="gradient">g.</param>
    /// <param name="velocity">v, changed.</param>
    /// <param name="learningRate">The rate.</param>
    /// <param name="options">Momentum, decay, Nesterov.</param>
    public static void Update<T>(Span<T> parameter, ReadOnlySpan<T> gradient, Span<T> velocity, T learningRate, StochasticGradientDescentOptions options)
        where T : IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        T momentum = T.CreateChecked(options.Momentum);
        for (int i = 0; i < parameter.Length; i++)
        {
            T direction = gradient[i] + (T.CreateChecked(options.WeightDecay) * parameter[i]);
            velocity[i] = (momentum * velocity[i]) + direction;
            parameter[i] -= learningRate * (options.Nesterov ? direction + (momentum * velocity[i]) : velocity[i]);
        }
    }
}
