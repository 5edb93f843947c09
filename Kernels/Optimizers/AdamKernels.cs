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
    float Keep1, float Take1, float Keep2, float Take2, float StepSize, float InverseRootCorrection, float Epsilon, float GradientDecay, float ParameterScale);

/// <summary>One thread an element of a parameter; everything is updated in place.</summary>
public static class AdamKernels
{
    /// <summary>m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; p = p - step * m / (sqrt(v) * inverse root correction + epsilon), with either form of decay.</summary>
    [Kernel]
    public static void Update(
        Index1D index, ArrayView<float> parameter, ArrayView<float> gradient, ArrayView<float> firstMoment, ArrayView<float> secondMoment, AdamFactors factors)
    {
        float p = factors.ParameterScale * parameter[index];
        float g = gradient[index] + (factors.GradientDecay * p);
        float first = (factors.Keep1 * firstMoment[index]) + (factors.Take1 * g);
        float second = (factors.Keep2 * secondMoment[index]) + (factors.Take2 * g * g);
        firstMoment[index] = first;
        secondMoment[index] = second;
        parameter[index] = p - (factors.StepSize * first / ((MathF.Sqrt(second) * factors.InverseRootCorrection) + factors.Epsilon));
    }
}
