namespace SegFromScratch.Kernels.Optimizers;

/// <summary>What an update needs beside the tensors, rounded once.</summary>
/// <param name="LearningRate">The rate.</param>
/// <param name="Momentum">The share of the velocity that stays.</param>
/// <param name="WeightDecay">The decay, times the parameter, that is added to the gradient.</param>
/// <param name="Nesterov">1 looks ahead along the velocity, 0 does not.</param>
public readonly record struct StochasticGradientDescentFactors(float LearningRate, float Momentum, float WeightDecay, int Nesterov) : IUpdateRule
{
    /// <summary>d = g + decay * p; v = momentum * v + d; p = p - rate * v, or p - rate * (d + momentum * v) with Nesterov. Without momentum no velocity is touched.</summary>
    public void Apply(int index, ArrayView<float> target, ArrayView<float> source, ArrayView<float> first, ArrayView<float> second)
    {
        float direction = source[index] + (WeightDecay * target[index]);
        if (Momentum != 0f)
        {
            float velocity = (Momentum * first[index]) + direction;
            first[index] = velocity;
            direction = Nesterov != 0 ? direction + (Momentum * velocity) : velocity;
        }

        target[index] -= LearningRate * direction;
    }
}

/// <summary>Groups of work-items take turns on the elements of eight parameters; everything is updated in place.</summary>
public static class StochasticGradientDescentKernels
{
    /// <summary><see cref="StochasticGradientDescentFactors.Apply"/> for every element of up to eight parameters. Those that are missing are empty.</summary>
    [Kernel]
    public static void Update(
        ArrayView<float> parameter0, ArrayView<float> gradient0, ArrayView<float> velocity0,
        ArrayView<float> parameter1, ArrayView<float> gradient1, ArrayView<float> velocity1,
        ArrayView<float> parameter2, ArrayView<float> gradient2, ArrayView<float> velocity2,
        ArrayView<float> parameter3, ArrayView<float> gradient3, ArrayView<float> velocity3,
        ArrayView<float> parameter4, ArrayView<float> gradient4, ArrayView<float> velocity4,
        ArrayView<float> parameter5, ArrayView<float> gradient5, ArrayView<float> velocity5,
        ArrayView<float> parameter6, ArrayView<float> gradient6, ArrayView<float> velocity6,
        ArrayView<float> parameter7, ArrayView<float> gradient7, ArrayView<float> velocity7,
        StochasticGradientDescentFactors factors) =>
        EightParameters.Apply(
            parameter0, gradient0, velocity0, default(ArrayView<float>),
            parameter1, gradient1, velocity1, default(ArrayView<float>),
            parameter2, gradient2, velocity2, default(ArrayView<float>),
            parameter3, gradient3, velocity3, default(ArrayView<float>),
            parameter4, gradient4, velocity4, default(ArrayView<float>),
            parameter5, gradient5, velocity5, default(ArrayView<float>),
            parameter6, gradient6, velocity6, default(ArrayView<float>),
            parameter7, gradient7, velocity7, default(ArrayView<float>),
            factors);
}
