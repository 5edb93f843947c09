namespace SegFromScratch.Kernels.Optimizers;

/// <summary>What an update needs beside the tensors, rounded once.</summary>
/// <param name="Keep">a.</param>
/// <param name="Take">1 - a.</param>
/// <param name="Epsilon">Added to the root of the mean square.</param>
/// <param name="Momentum">The share of the velocity that stays.</param>
/// <param name="WeightDecay">The decay, times the parameter, that is added to the gradient.</param>
/// <param name="LearningRate">The rate.</param>
public readonly record struct RmsPropFactors(float Keep, float Take, float Epsilon, float Momentum, float WeightDecay, float LearningRate) : IUpdateRule
{
    /// <summary>d = g + decay * p; s = a s + (1 - a) d^2; v = momentum * v + d / (sqrt(s) + epsilon); p = p - rate * v.</summary>
    public void Apply(int index, ArrayView<float> target, ArrayView<float> source, ArrayView<float> first, ArrayView<float> second)
    {
        float direction = source[index] + (WeightDecay * target[index]);
        float square = (Keep * first[index]) + (Take * direction * direction);
        float velocity = (Momentum * second[index]) + (direction / (MathF.Sqrt(square) + Epsilon));
        first[index] = square;
        second[index] = velocity;
        target[index] -= LearningRate * velocity;
    }
}

/// <summary>Groups of work-items take turns on the elements of eight parameters; everything is updated in place.</summary>
public static class RmsPropKernels
{
    /// <summary><see cref="RmsPropFactors.Apply"/> for every element of up to eight parameters. Those that are missing are empty.</summary>
    [Kernel]
    public static void Update(
        ArrayView<float> parameter0, ArrayView<float> gradient0, ArrayView<float> meanSquare0, ArrayView<float> velocity0,
        ArrayView<float> parameter1, ArrayView<float> gradient1, ArrayView<float> meanSquare1, ArrayView<float> velocity1,
        ArrayView<float> parameter2, ArrayView<float> gradient2, ArrayView<float> meanSquare2, ArrayView<float> velocity2,
        ArrayView<float> parameter3, ArrayView<float> gradient3, ArrayView<float> meanSquare3, ArrayView<float> velocity3,
        ArrayView<float> parameter4, ArrayView<float> gradient4, ArrayView<float> meanSquare4, ArrayView<float> velocity4,
        ArrayView<float> parameter5, ArrayView<float> gradient5, ArrayView<float> meanSquare5, ArrayView<float> velocity5,
        ArrayView<float> parameter6, ArrayView<float> gradient6, ArrayView<float> meanSquare6, ArrayView<float> velocity6,
        ArrayView<float> parameter7, ArrayView<float> gradient7, ArrayView<float> meanSquare7, ArrayView<float> velocity7,
        RmsPropFactors factors) =>
        EightParameters.Apply(
            parameter0, gradient0, meanSquare0, velocity0,
            parameter1, gradient1, meanSquare1, velocity1,
            parameter2, gradient2, meanSquare2, velocity2,
            parameter3, gradient3, meanSquare3, velocity3,
            parameter4, gradient4, meanSquare4, velocity4,
            parameter5, gradient5, meanSquare5, velocity5,
            parameter6, gradient6, meanSquare6, velocity6,
            parameter7, gradient7, meanSquare7, velocity7,
            factors);
}
