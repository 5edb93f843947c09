namespace SegFromScratch.Kernels.Optimizers;

/// <summary>One thread an element of a parameter; everything is updated in place.</summary>
public static class StochasticGradientDescentKernels
{
    /// <summary>d = g + decay * p; v = momentum * v + d; p = p - rate * v, or p - rate * (d + momentum * v) with Nesterov. Without momentum the velocity is empty.</summary>
    [Kernel]
    public static void Update(
        Index1D index, ArrayView<float> parameter, ArrayView<float> gradient, ArrayView<float> velocity, float learningRate, float momentum, float weightDecay, int nesterov)
    {
        float direction = gradient[index] + (weightDecay * parameter[index]);
        if (velocity.Length > 0)
        {
            float moved = (momentum * velocity[index]) + direction;
            velocity[index] = moved;
            direction = nesterov != 0 ? direction + (momentum * moved) : moved;
        }

        parameter[index] -= learningRate * direction;
    }
}
