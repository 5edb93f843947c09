using SegFromScratch.Kernels.Optimizers;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Training.Optimization;

/// <summary>RMSprop with momentum, as PyTorch has it.</summary>
public sealed class RmsPropOptimizer : Optimizer
{
    private readonly RmsPropOptions _options, _withoutDecay;

    /// <summary>Makes mean squares and velocities, zero at first.</summary>
    /// <param name="module">The network.</param>
    /// <param name="options">Smoothing, epsilon, momentum and weight decay.</param>
    public RmsPropOptimizer(Module module, RmsPropOptions options)
        : base(module, "mean_square", "velocity") =>
        (_options, _withoutDecay) = (options, options with { WeightDecay = 0 });

    /// <inheritdoc/>
    public override string Name => "rmsprop";

    /// <inheritdoc/>
    protected override void Update(IReadOnlyList<ParameterUpdate> updates, double learningRate, bool decays) =>
        RmsProp.Update(updates, (float)learningRate, decays ? _options : _withoutDecay);
}
