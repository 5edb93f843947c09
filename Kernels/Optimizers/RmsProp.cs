using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Cpu;
using SegFromScratch.Kernels.Profiling;

namespace SegFromScratch.Kernels.Optimizers;

/// <summary>Steps divided by the root of a running mean of squared gradients. Tieleman and Hinton 2012. PyTorch: <c>torch.optim.RMSprop</c>, not centred.</summary>
public static class RmsProp
{
    /// <summary>Updates one parameter from its gradient. The gradient stays; clear it afterwards.</summary>
    /// <param name="parameter">p, changed. It must have a gradient.</param>
    /// <param name="meanSquare">s in the layout of p, zeros before the first step, changed.</param>
    /// <param name="velocity">v in the layout of p, zeros before the first step, changed.</param>
    /// <param name="learningRate">The rate.</param>
    /// <param name="options">Smoothing, epsilon, momentum, decay.</param>
    /// <exception cref="ArgumentException">There is no gradient, or a state is missing or has another layout.</exception>
    public static void Update(Tensor parameter, Tensor meanSquare, Tensor velocity, float learningRate, RmsPropOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Tensor gradient = OptimizerArguments.GradientOf(parameter);
        OptimizerArguments.CheckState(parameter, meanSquare, "mean square");
        OptimizerArguments.CheckState(parameter, velocity, "velocity");
        var factors = new RmsPropFactors(
            (float)options.Smoothing, (float)(1 - options.Smoothing), (float)options.Epsilon, (float)options.Momentum, (float)options.WeightDecay, learningRate);
        if (CpuPath.Of(parameter.Device) is { } cpu)
            RmsPropCpu.Update(cpu, parameter.Data, gradient.Data, meanSquare.Data, velocity.Data, factors);
        else
            RmsPropLauncher.Update(parameter.Device, parameter.Layout.Length, parameter.Data, gradient.Data, meanSquare.Data, velocity.Data, factors);

        // Decay 2, mean square 4, root, sum and quotient, velocity 2, step 2.
        parameter.Device.Profile?.End(
            OperationWork.Elementwise("rmsprop", OperationWork.Update, 13, parameter.Shape, parameter, gradient, meanSquare, velocity, parameter, meanSquare, velocity), parameter.Shape);
    }
}
