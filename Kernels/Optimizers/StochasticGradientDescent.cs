using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;

namespace SegFromScratch.Kernels.Optimizers;

/// <summary>Stochastic gradient descent with momentum. Robbins and Monro 1951; Polyak 1964. PyTorch: <c>torch.optim.SGD</c> with dampening 0.</summary>
public static class StochasticGradientDescent
{
    // A multiply-add on the parameter, and one on the velocity where there is one.
    private const int OperationsPerElement = 2, OperationsWithMomentum = 4;

    private static readonly UpdateKernels<StochasticGradientDescentFactors> s_kernels = new()
    {
        Operation = "stochastic gradient descent",
        Cpu = static (cpu, v, factors) => StochasticGradientDescentCpu.Update(cpu, v.Target, v.Source, factors.Momentum != 0 ? v.First : default, factors),
        Launch = static (Device device, LaunchSize size, ref readonly EightViews v, StochasticGradientDescentFactors factors) => StochasticGradientDescentLauncher.Update(
            device,
            size,
            v[0].Target, v[0].Source, v[0].First,
            v[1].Target, v[1].Source, v[1].First,
            v[2].Target, v[2].Source, v[2].First,
            v[3].Target, v[3].Source, v[3].First,
            v[4].Target, v[4].Source, v[4].First,
            v[5].Target, v[5].Source, v[5].First,
            v[6].Target, v[6].Source, v[6].First,
            v[7].Target, v[7].Source, v[7].First,
            factors),
    };

    /// <summary>Updates one parameter from its gradient. The gradient stays; clear it afterwards.</summary>
    /// <param name="parameter">p, changed. It must have a gradient.</param>
    /// <param name="velocity">v in the layout of p, zeros before the first step, changed; null if the momentum is 0.</param>
    /// <param name="learningRate">The rate.</param>
    /// <param name="options">Momentum, decay, Nesterov.</param>
    /// <exception cref="ArgumentException">There is no gradient; the velocity is missing or has another layout; Nesterov is asked for without momentum.</exception>
    public static void Update(Tensor parameter, Tensor? velocity, float learningRate, StochasticGradientDescentOptions options)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        Update([new ParameterUpdate(parameter, parameter.Gradient, velocity)], learningRate, options);
    }

    /// <summary>Updates parameters from their gradients, several in a launch. The gradients stay; clear them afterwards.</summary>
    /// <param name="updates">p, its gradient and v of each, all on one device; no parameter twice. Without momentum no v is touched.</param>
    /// <param name="learningRate">The rate.</param>
    /// <param name="options">Momentum, decay, Nesterov.</param>
    /// <exception cref="ArgumentException">A gradient is missing; a velocity is or has another layout; Nesterov is asked for without momentum. Nothing was changed.</exception>
    public static void Update(IReadOnlyList<ParameterUpdate> updates, float learningRate, StochasticGradientDescentOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        bool hasMomentum = options.Momentum != 0;
        if (hasMomentum)
            OptimizerArguments.Check(updates, "velocity");
        else if (options.Nesterov)
            throw new ArgumentException("Nesterov's look-ahead needs a momentum above 0", nameof(options));
        else
            OptimizerArguments.Check(updates);
        s_kernels.Run(
            updates,
            new StochasticGradientDescentFactors(learningRate, (float)options.Momentum, (float)options.WeightDecay, options.Nesterov ? 1 : 0),
            hasMomentum ? OperationsWithMomentum : OperationsPerElement);
    }
}
