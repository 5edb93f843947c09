using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;

namespace SegFromScratch.Kernels.Optimizers;

/// <summary>
/// Steps of a size that each element's own gradient history sets. Kingma and Ba, ICLR 2015; with decoupled decay AdamW.
/// PyTorch: <c>torch.optim.Adam</c>, <c>torch.optim.AdamW</c>.
/// </summary>
public static class Adam
{
    // Two running means of 3 and 4 operations, then root, sum, quotient, product and difference.
    private const int OperationsPerElement = 12;

    private static readonly UpdateKernels<AdamFactors> s_kernels = new()
    {
        Operation = "adam",
        Cpu = static (cpu, v, factors) => AdamCpu.Update(cpu, v.Target, v.Source, v.First, v.Second, factors),
        Launch = static (Device device, LaunchSize size, ref readonly EightViews v, AdamFactors factors) => AdamLauncher.Update(
            device,
            size,
            v[0].Target, v[0].Source, v[0].First, v[0].Second,
            v[1].Target, v[1].Source, v[1].First, v[1].Second,
            v[2].Target, v[2].Source, v[2].First, v[2].Second,
            v[3].Target, v[3].Source, v[3].First, v[3].Second,
            v[4].Target, v[4].Source, v[4].First, v[4].Second,
            v[5].Target, v[5].Source, v[5].First, v[5].Second,
            v[6].Target, v[6].Source, v[6].First, v[6].Second,
            v[7].Target, v[7].Source, v[7].First, v[7].Second,
            factors),
    };

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
        ArgumentNullException.ThrowIfNull(parameter);
        Update([new ParameterUpdate(parameter, parameter.Gradient, firstMoment, secondMoment)], learningRate, options, stepNumber);
    }

    /// <summary>Updates parameters from their gradients, several in a launch. The gradients stay; clear them afterwards.</summary>
    /// <param name="updates">p, its gradient, m and v of each, all on one device; no parameter twice.</param>
    /// <param name="learningRate">The rate.</param>
    /// <param name="options">b1, b2, epsilon, decay.</param>
    /// <param name="stepNumber">t: 1 in the first step.</param>
    /// <exception cref="ArgumentException">A gradient is missing, or a moment is or has another layout. Nothing was changed.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The step number is below 1.</exception>
    public static void Update(IReadOnlyList<ParameterUpdate> updates, float learningRate, AdamOptions options, int stepNumber)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(stepNumber, 1);
        OptimizerArguments.Check(updates, "first moment", "second moment");
        s_kernels.Run(updates, Factors(learningRate, options, stepNumber), OperationsPerElement);
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
