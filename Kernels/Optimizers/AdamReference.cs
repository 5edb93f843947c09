using System.Numerics;

namespace SegFromScratch.Kernels.Optimizers;

/// <summary>The definition of Adam. Kingma and Ba, ICLR 2015. PyTorch: <c>torch.optim.Adam</c>, <c>torch.optim.AdamW</c>.</summary>
public static class AdamReference
{
    /// <summary>
    /// g = g + decay * p, or p = p - rate * decay * p if decoupled; m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2;
    /// p = p - rate * (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + epsilon). Moments start at 0.
    /// </summary>
    /// <param name="parameter">p, changed.</param>
    /// <param name="gradient">g.</param>
    /// <param name="firstMoment">m, changed.</param>
    /// <param name="secondMoment">v, changed.</param>
    /// <param name="learningRate">The rate.</param>
    /// <param name="options">b1, b2, epsilon, decay.</param>
    /// <param name="stepNumber">t, from 1.</param>
    public static void Update<T>(
        Span<T> parameter, ReadOnlySpan<T> gradient, Span<T> firstMoment, Span<T> secondMoment, T learningRate, AdamOptions options, int stepNumber)
        where T : IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        T beta1 = T.CreateChecked(options.Beta1), beta2 = T.CreateChecked(options.Beta2), decay = T.CreateChecked(options.WeightDecay);
        T correction1 = T.One - T.Pow(beta1, T.CreateChecked(stepNumber)), correction2 = T.One - T.Pow(beta2, T.CreateChecked(stepNumber));
        for (int i = 0; i < parameter.Length; i++)
        {
            T g = gradient[i];
            if (options.DecoupledWeightDecay)
                parameter[i] -= learningRate * decay * parameter[i];
            else
                g += decay * parameter[i];
            firstMoment[i] = (beta1 * firstMoment[i]) + ((T.One - beta1) * g);
            secondMoment[i] = (beta2 * secondMoment[i]) + ((T.One - beta2) * g * g);
            parameter[i] -= learningRate * (firstMoment[i] / correction1) / (T.Sqrt(secondMoment[i] / correction2) + T.CreateChecked(options.Epsilon));
        }
    }
}
