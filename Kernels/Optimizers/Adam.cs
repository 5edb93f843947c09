using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Cpu;
using SegFromScratch.Kernels.Profiling;

namespace SegFromScratch.Kernels.Optimizers;

/// <summary>
/// Steps of a size that each element's own gradient history sets. Kingma and Ba, ICLR 2015; with decoupled decay AdamW.
/// PyTorch: <c>torch.optim.Adam</c>, <c>torch.optim.AdamW</c>.
/// </summary>
public static class Adam
{
    /// <summary>Updates one parameter from its gradient. The gradient stays; clear it afterwards.</summary>
    /// <param name="parameter">p, changed. It must have a gradient.</param>
    /// <param name="firstMoment">m in the layout of p, zeros before the first step, changed.</param>
    /// <param name="secondMoment">v in the layout of p, zeros before the first step, changed.</param>
    /// <param name="learningRate">The rate.</param>
    /// <param name="options">b1, b2, epsilon, decay.</param>
    /// <param name="stepNumber">t: 1 in the first step.</param>
    /// <exception cref="ArgumentException">There is no gradient, or a moment is missing or has another layout.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The step number is below 1.</exception>
    public static void Update(Tensor parameter, Tensor firstMoment, Tensor secondMoment, float learningRate, AdamOptions options, int stepNumber)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(stepNumber, 1);
        Tensor gradient = OptimizerArguments.GradientOf(parameter);
        OptimizerArguments.CheckState(parameter, firstMoment, "first moment");
        OptimizerArguments.CheckState(parameter, secondMoment, "second moment");
        AdamFactors factors = Factors(learningRate, options, stepNumber);
        if (CpuPath.Of(parameter.Device) is { } cpu)
            AdamCpu.Update(cpu, parameter.Data, gradient.Data, firstMoment.Data, secondMoment.Data, factors);
        else
            AdamLauncher.Update(parameter.Device, parameter.Layout.Length, parameter.Data, gradient.Data, firstMoment.Data, secondMoment.Data, factors);

        // Two running means of 3 and 4 operations, then root, sum, quotient, product and difference.
        parameter.Device.Profile?.End(
            OperationWork.Elementwise("adam", OperationWork.Update, 12, parameter.Shape, parameter, gradient, firstMoment, secondMoment, parameter, firstMoment, secondMoment), parameter.Shape);
    }

    /// <summary>The numbers that every element shares: 1 - b^t loses its digits in float32 when b is near 1, so they are computed in double.</summary>
    internal static AdamFactors Factors(double learningRate, AdamOptions options, int stepNumber) => new(
        Keep1: (float)options.Beta1,
        Take1: (float)(1 - options.Beta1),
        Keep2: (float)options.Beta2,
        Take2: (float)(1 - options.Beta2),
        StepSize: (float)(learningRate / (1 - Math.Pow(options.Beta1, stepNumber))),
        InverseRootCorrection: (float)(1 / Math.Sqrt(1 - Math.Pow(options.Beta2, stepNumber))),
        Epsilon: (float)options.Epsilon,
        GradientDecay: options.DecoupledWeightDecay ? 0f : (float)options.WeightDecay,
        ParameterScale: options.DecoupledWeightDecay ? (float)(1 - (learningRate * options.WeightDecay)) : 1f);
}
