using System.Numerics;

namespace SegFromScratch.Kernels.Optimizers;

/// <summary>The definition of RMSprop. Tieleman and Hinton, lecture 6.5 of "Neural networks for machine learning", 2012. PyTorch: <c>torch.optim.RMSprop</c>, not centred.</summary>
public static class RmsPropReference
{
    /// <summary>d = g + decay * p; s = a s + (1 - a) d^2; v = momentum * v + d / (sqrt(s) + epsilon); p = p - rate * v. Means and velocities start at 0.</summary>
    /// <param name="parameter">p, changed.</param>
    /// <param name="gradient">g.</param>
    /// <param name="meanSquare">s, changed.</param>
    /// <param name="velocity">v, changed.</param>
    /// <param name="learningRate">The rate.</param>
    /// <param name="options">a, epsilon, momentum, decay.</param>
    public static void Update<T>(Span<T> parameter, ReadOnlySpan<T> gradient, Span<T> meanSquare, Span<T> velocity, T learningRate, RmsPropOptions options)
        where T : IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        T smoothing = T.CreateChecked(options.Smoothing), momentum = T.CreateChecked(options.Momentum);
        for (int i = 0; i < parameter.Length; i++)
        {
            T direction = gradient[i] + (T.CreateChecked(options.WeightDecay) * parameter[i]);
            meanSquare[i] = (smoothing * meanSquare[i]) + ((T.One - smoothing) * direction * direction);
            velocity[i] = (momentum * velocity[i]) + (direction / (T.Sqrt(meanSquare[i]) + T.CreateChecked(options.Epsilon)));
            parameter[i] -= learningRate * velocity[i];
        }
    }
}
