using SegFromScratch.Kernels.Optimizers;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Training.Optimization;

/// <summary>Adam (Kingma and Ba 2015), or AdamW (Loshchilov and Hutter 2019) with decoupled weight decay.</summary>
public sealed class AdamOptimizer : Optimizer
{
    private readonly AdamOptions _options, _withoutDecay;

    /// <summary>Makes the moments, zero at first.</summary>
    /// <param name="module">The network.</param>
    /// <param name="options">Decay rates, epsilon, weight decay.</param>
    public AdamOptimizer(Module module, AdamOptions options)
        : base(module, "first", "second") =>
        (_options, _withoutDecay) = (options, options with { WeightDecay = 0 });

    /// <inheritdoc/>
    public override string Name => _options.DecoupledWeightDecay ? "adamw" : "adam";

    /// <inheritdoc/>
    protected override void Update(IReadOnlyList<ParameterUpdate> updates, double learningRate, bool decays) =>
        Adam.Update(updates, (float)learningRate, decays ? _options : _withoutDecay, checked((int)Updates));
}
