namespace SegFromScratch.Kernels.Optimizers;

/// <summary>What an update needs beside the tensors, rounded once.</summary>
/// <param name="Keep">a.</param>
/// <param name="Take">1 - a.</param>
/// <param name="Epsilon">Added to the root of the mean square.</param>
/// <param name="Momentum">The share of the velocity that stays.</param>
/// <param name="WeightDecay">The decay, times the parameter, that is added to the gradient.</param>
/// <param name="LearningRate">The rate.</param>
public readonly record struct RmsPropFactors(float Keep, float Take, float Epsilon, float Momentum, float WeightDecay, float LearningRate);

/// <summary>One thread an element of a parameter; everything is updated in place.</summary>
public static class RmsPropKernels
{
    /// <summary>d = g + decay * p; s = a s + (1 - a) d^2; v = momentum * v + d / (sqrt(s) + epsilon); p = p - rate * v.</summary>
    [Kernel]
    public static void Update(
        Index1D index, ArrayView<float> parameter, ArrayView<float> gradient, ArrayView<float> meanSquare, ArrayView<float> velocity, RmsPropFactors factors)
    {
        float direction = gradient[index] + (factors.WeightDecay * parameter[index]);
        float square = (factors.Keep * meanSquare[index]) + (factors.Take * direction * direction);
        float moved = (factors.Momentum * velocity[index]) + (direction / (MathF.Sqrt(square) + factors.Epsilon));
        meanSquare[index] = square;
        velocity[index] = moved;
        parameter[index] -= factors.LearningRate * moved;
    }
}
