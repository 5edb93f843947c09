using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Cpu;
using SegFromScratch.Kernels.Profiling;

namespace SegFromScratch.Kernels.Optimizers;

/// <summary>Stochastic gradient descent with momentum. Robbins and Monro 1951; Polyak 1964. PyTorch: <c>torch.optim.SGD</c> with dampening 0.</summary>
public static class StochasticGradientDescent
{
    /// <summary>Updates one parameter from its gradient. The gradient stays; clear it afterwards.</summary>
    /// <param name="parameter">p, changed. It must have a gradient.</param>
    /// <param name="velocity">v in the layout of p, zeros before the first step, changed; null if the momentum is 0.</param>
    /// <param name="learningRate">The rate.</param>
    /// <param name="options">Momentum, decay, Nesterov.</param>
    /// <exception cref="ArgumentException">There is no gradient; the velocity is missing or has another layout; Nesterov is asked for without momentum.</exception>
    public static void Update(Tensor parameter, Tensor? velocity, float learningRate, StochasticGradientDescentOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Tensor gradient = OptimizerArguments.GradientOf(parameter);
        if (options.Momentum != 0)
            OptimizerArguments.CheckState(parameter, velocity, "velocity");
        else if (options.Nesterov)
            throw new ArgumentException("Nesterov's look-ahead needs a momentum above 0", nameof(options));
        ArrayView<float> velocities = options.Momentum != 0 ? velocity!.Data : default;
        if (CpuPath.Of(parameter.Device) is { } cpu)
        {
            StochasticGradientDescentCpu.Update(
                cpu, parameter.Data, gradient.Data, velocities, learningRate, (float)options.Momentum, (float)options.WeightDecay, options.Nesterov);
        }
        else
        {
            StochasticGradientDescentLauncher.Update(
                parameter.Device,
                parameter.Layout.Length,
                parameter.Data,
                gradient.Data,
                velocities,
                learningRate,
                (float)options.Momentum,
                (float)options.WeightDecay,
                options.Nesterov ? 1 : 0);
        }

        // A multiply-add on the parameter, and one on the velocity where there is one.
        Tensor? moved = options.Momentum != 0 ? velocity : null;
        parameter.Device.Profile?.End(
            OperationWork.Elementwise("stochastic gradient descent", OperationWork.Update, moved is null ? 2 : 4, parameter.Shape, parameter, gradient, moved, parameter, moved), parameter.Shape);
    }
}
