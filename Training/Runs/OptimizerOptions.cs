namespace SegFromScratch.Training.Runs;

/// <summary>How weights are updated. A setting that the chosen optimiser does not have is not used.</summary>
public sealed record OptimizerOptions
{
    /// <summary>The optimiser, for example <c>sgd</c>, <c>adam</c>, <c>adamw</c> or <c>rmsprop</c>.</summary>
    public string Name { get; init; } = "adam";

    /// <summary>The learning rate before any schedule, above 0.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>The weight decay, 0 or more.</summary>
    public double WeightDecay { get; init; }

    /// <summary>True: only the kernels of convolutions decay. False: biases, scales and shifts of normalisations too, as in PyTorch unless told otherwise.</summary>
    public bool DecayWeightsOnly { get; init; }

    /// <summary>The momentum of stochastic gradient descent and of RMSprop, from 0 to below 1.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Adam's decay of the mean of gradients, from 0 to below 1.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Adam's decay of the mean of squared gradients, from 0 to below 1.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>RMSprop's decay of the mean of squared gradients, from 0 to below 1.</summary>
    public double Smoothing { get; init; } = 0.99;

    /// <summary>What Adam and RMSprop add to the root of the squared mean, above 0.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>The greatest norm of all gradients together, above 0; null: not limited.</summary>
    public double? GradientClip { get; init; }
}
