using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;

namespace SegFromScratch.Kernels.Optimizers;

/// <summary>Steps divided by the root of a running mean of squared gradients. Tieleman and Hinton 2012. PyTorch: <c>torch.optim.RMSprop</c>, not centred.</summary>
public static class RmsProp
{
    // Decay 2, mean square 4, root, sum and quotient, velocity 2, step 2.
    private const int OperationsPerElement = 13;

    private static readonly UpdateKernels<RmsPropFactors> s_kernels = new()
    {
        Operation = "rmsprop",
        Cpu = static (cpu, v, factors) => RmsPropCpu.Update(cpu, v.Target, v.Source, v.First, v.Second, factors),
        Launch = static (Device device, LaunchSize size, ref readonly EightViews v, RmsPropFactors factors) => RmsPropLauncher.Update(
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
    /// <param name="meanSquare">s in the layout of p, zeros before the first step, changed.</param>
    /// <param name="velocity">v in the layout of p, zeros before the first step, changed.</param>
    /// <param name="learningRate">The rate.</param>
    /// <param name="options">Smoothing, epsilon, momentum, decay.</param>
    /// <exception cref="ArgumentException">There is no gradient, or a state is missing or has another layout.</exception>
    public static void Update(Tensor parameter, Tensor meanSquare, Tensor velocity, float learningRate, RmsPropOptions options)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        Update([new ParameterUpdate(parameter, parameter.Gradient, meanSquare, velocity)], learningRate, options);
    }

    /// <summary>Updates parameters from their gradients, several in a launch. The gradients stay; clear them afterwards.</summary>
    /// <param name="updates">p, its gradient, s and v of each, all on one device; no parameter twice.</param>
    /// <param name="learningRate">The rate.</param>
    /// <param name="options">Smoothing, epsilon, momentum, decay.</param>
    /// <exception cref="ArgumentException">A gradient is missing, or a state is or has another layout. Nothing was changed.</exception>
    public static void Update(IReadOnlyList<ParameterUpdate> updates, float learningRate, RmsPropOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptimizerArguments.Check(updates, "mean square", "velocity");
        s_kernels.Run(
            updates,
            new RmsPropFactors((float)options.Smoothing, (float)(1 - options.Smoothing), (float)options.Epsilon, (float)options.Momentum, (float)options.WeightDecay, learningRate),
            OperationsPerElement);
    }
}
