namespace SegFromScratch.Kernels.Optimizers;

/// <summary>What an update needs beside the tensors, computed on the host in double and rounded once.</summary>
/// <param name="Keep1">b1.</param>
/// <param name="Take1">1 - b1.</param>
/// <param name="Keep2">b2.</param>
/// <param name="Take2">1 - b2.</param>
/// <param name="StepSize">rate / (1 - b1^t).</param>
/// <param name="InverseRootCorrection">1 / sqrt(1 - b2^t).</param>
/// <param name="Epsilon">Added to the corrected root of the mean square.</param>
/// <param name="GradientDecay">The decay that is added to the gradient, times the parameter.</param>
/// <param name="ParameterScale">What the parameter is multiplied by first: 1 - rate * decay if the decay is decoupled, otherwise 1.</param>
public readonly record struct AdamFactors(
    float Keep1, float Take1, float Keep2, float Take2, float StepSize, float InverseRootCorrection, float Epsilon, float GradientDecay, float ParameterScale) : IUpdateRule
{
    /// <summary>m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; p = p - step * m / (sqrt(v) * inverse root correction + epsilon), with either form of decay.</summary>
    public void Apply(int index, ArrayView<float> target, ArrayView<float> source, ArrayView<float> first, ArrayView<float> second)
    {
        float p = ParameterScale * target[index];
        float g = source[index] + (GradientDecay * p);
        float m = (Keep1 * first[index]) + (Take1 * g);
        float v = (Keep2 * second[index]) + (Take2 * g * g);
        first[index] = m;
        second[index] = v;
        target[index] = p - (StepSize * m / ((MathF.Sqrt(v) * InverseRootCorrection) + Epsilon));
    }
}

/// <summary>Groups of work-items take turns on the elements of eight parameters; everything is updated in place.</summary>
public static class AdamKernels
{
    /// <summary><see cref="AdamFactors.Apply"/> for every element of up to eight parameters. Those that are missing are empty.</summary>
    [Kernel]
    public static void Update(
        ArrayView<float> parameter0, ArrayView<float> gradient0, ArrayView<float> firstMoment0, ArrayView<float> secondMoment0,
        ArrayView<float> parameter1, ArrayView<float> gradient1, ArrayView<float> firstMoment1, ArrayView<float> secondMoment1,
        ArrayView<float> parameter2, ArrayView<float> gradient2, ArrayView<float> firstMoment2, ArrayView<float> secondMoment2,
        ArrayView<float> parameter3, ArrayView<float> gradient3, ArrayView<float> firstMoment3, ArrayView<float> secondMoment3,
        ArrayView<float> parameter4, ArrayView<float> gradient4, ArrayView<float> firstMoment4, ArrayView<float> secondMoment4,
        ArrayView<float> parameter5, ArrayView<float> gradient5, ArrayView<float> firstMoment5, ArrayView<float> secondMoment5,
        ArrayView<float> parameter6, ArrayView<float> gradient6, ArrayView<float> firstMoment6, ArrayView<float> secondMoment6,
        ArrayView<float> parameter7, ArrayView<float> gradient7, ArrayView<float> firstMoment7, ArrayView<float> secondMoment7,
        AdamFactors factors) =>
        EightParameters.Apply(
            parameter0, gradient0, firstMoment0, secondMoment0,
            parameter1, gradient1, firstMoment1, secondMoment1,
            parameter2, gradient2, firstMoment2, secondMoment2,
            parameter3, gradient3, firstMoment3, secondMoment3,
            parameter4, gradient4, firstMoment4, secondMoment4,
            parameter5, gradient5, firstMoment5, secondMoment5,
            parameter6, gradient6, firstMoment6, secondMoment6,
            parameter7, gradient7, firstMoment7, secondMoment7,
            factors);
}
