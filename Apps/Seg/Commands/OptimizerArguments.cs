using System.CommandLine;
using SegFromScratch.Training.Optimization;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Apps.Seg.Commands;

/// <summary>The options of <c>seg train</c> about the optimiser and the learning rate.</summary>
internal sealed class OptimizerArguments
{
    private readonly Option<string> _optimizer = new("--optimizer") { Description = "How weights change.", DefaultValueFactory = _ => TrainOptions.Standard.Optimizer.Name };
    private readonly Option<double> _momentum = new("--momentum") { Description = "The momentum of sgd and rmsprop.", DefaultValueFactory = _ => TrainOptions.Standard.Optimizer.Momentum };
    private readonly Option<double> _weightDecay = new("--weight-decay") { Description = "Pulls weights towards zero." };
    private readonly Option<bool> _decayWeightsOnly = new("--decay-weights-only") { Description = "Weight decay for kernels of convolutions only, not for biases and normalisations." };
    private readonly Option<double?> _clip = new("--clip") { Description = "Shorten all gradients together to this norm where they are longer, such as 1." };
    private readonly Option<string> _schedule = new("--schedule")
    {
        Description = $"How the learning rate falls over the run: {string.Join(", ", LearningRateSchedule.Names)}, with settings as {LearningRateSchedule.Grammar}. All take warm_up_epochs or warm_up_steps, warm_up_start and minimum.",
        HelpName = "name",
        DefaultValueFactory = _ => TrainOptions.Standard.Schedule.Name,
    };

    /// <summary>Makes the options.</summary>
    public OptimizerArguments() => _optimizer.AcceptOnlyFromAmong([.. OptimizerFactory.Names]);

    /// <summary>--learning-rate.</summary>
    public Option<double> LearningRate { get; } = new("--learning-rate", "--lr") { Description = "The highest learning rate.", DefaultValueFactory = _ => TrainOptions.Standard.Optimizer.LearningRate };

    /// <summary>The options beside <see cref="LearningRate"/>.</summary>
    public IReadOnlyList<Option> OtherOptions => [_optimizer, _schedule, _momentum, _weightDecay, _decayWeightsOnly, _clip];

    /// <summary>Settings with what was given on the command line in their place.</summary>
    public OptimizerOptions Over(OptimizerOptions settings, ParseResult result) => settings with
    {
        Name = Given.Or(result, _optimizer, settings.Name),
        LearningRate = Given.Or(result, LearningRate, settings.LearningRate),
        Momentum = Given.Or(result, _momentum, settings.Momentum),
        WeightDecay = Given.Or(result, _weightDecay, settings.WeightDecay),
        DecayWeightsOnly = Given.Or(result, _decayWeightsOnly, settings.DecayWeightsOnly),
        GradientClip = Given.Or(result, _clip, settings.GradientClip),
    };

    /// <summary>The schedule, or the one that was given on the command line.</summary>
    /// <exception cref="ConfigurationException">It cannot be read.</exception>
    public NamedOptions Over(NamedOptions schedule, ParseResult result) => Given.Is(result, _schedule) ? LearningRateSchedule.Parse(result.GetRequiredValue(_schedule)) : schedule;
}
