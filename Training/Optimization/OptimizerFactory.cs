using SegFromScratch.Kernels.Optimizers;
using SegFromScratch.Layers.Modules;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Training.Optimization;

/// <summary>Optimisers by name.</summary>
public static class OptimizerFactory
{
    /// <summary>The names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["adam", "adamw", "rmsprop", "sgd"];

    /// <summary>Makes an optimiser for the trained parameters of a network.</summary>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    public static Optimizer Create(OptimizerOptions options, Module module)
    {
        ArgumentNullException.ThrowIfNull(options);
        Optimizer optimizer = Make(options, module);
        optimizer.GradientLimit = options.GradientClip;
        optimizer.DecayWeightsOnly = options.DecayWeightsOnly;
        return optimizer;
    }

    private static Optimizer Make(OptimizerOptions options, Module module) => options.Name switch
    {
        "adam" or "adamw" => new AdamOptimizer(module, new AdamOptions
        {
            Beta1 = options.Beta1,
            Beta2 = options.Beta2,
            Epsilon = options.Epsilon,
            WeightDecay = options.WeightDecay,
            DecoupledWeightDecay = options.Name == "adamw",
        }),
        "rmsprop" => new RmsPropOptimizer(module, new RmsPropOptions
        {
            Smoothing = options.Smoothing,
            Epsilon = options.Epsilon,
            Momentum = options.Momentum,
            WeightDecay = options.WeightDecay,
        }),
        "sgd" => new SgdOptimizer(module, new StochasticGradientDescentOptions { Momentum = options.Momentum, WeightDecay = options.WeightDecay }),
        _ => throw new ArgumentException($"optimizer '{options.Name}' is unknown: choose {string.Join(", ", Names)}", nameof(options)),
    };
}
