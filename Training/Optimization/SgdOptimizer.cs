using SegFromScratch.Kernels.Optimizers;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Training.Optimization;

/// <summary>Stochastic gradient descent with momentum, as PyTorch has it.</summary>
public sealed class SgdOptimizer : Optimizer
{
    private readonly StochasticGradientDescentOptions _options, _withoutDecay;

    /// <summary>Makes the velocities, zero at first.</summary>
    /// <param name="module">The network.</param>
    /// <param name="options">Momentum and weight decay.</param>
    public SgdOptimizer(Module module, StochasticGradientDescentOptions options)
        : base(module, "velocity") =>
        (_options, _withoutDecay) = (options, options with { WeightDecay = 0 });

    /// <inheritdoc/>
    public override string Name => "sgd";

    /// <inheritdoc/>
    protected override void Update(IReadOnlyList<ParameterUpdate> updates, double learningRate, bool decays) =>
        StochasticGradientDescent.Update(updates, (float)learningRate, decays ? _options : _withoutDecay);
}
