using SegFromScratch.Training.Metrics;

namespace SegFromScratch.Training.Trainer;

/// <summary>How good a network is on a data set.</summary>
public sealed record Evaluation
{
    /// <summary>The name of what <see cref="Score"/> is, as <see cref="MetricCatalog"/> has it.</summary>
    public required string Metric { get; init; }

    /// <summary>The number by which the best checkpoint is chosen: 0 to 1, more is better.</summary>
    public required double Score { get; init; }

    /// <summary>All scores by their names, in the catalogue's order.</summary>
    public required IReadOnlyDictionary<string, double> Scores { get; init; }

    /// <summary>Images that were looked at.</summary>
    public required int Images { get; init; }

    /// <summary>The counts behind the score of class maps.</summary>
    public ConfusionMatrix? Confusion { get; init; }

    /// <summary>The counts behind the scores of layers by class.</summary>
    public LayerCounts? LayerCounts { get; init; }

    /// <summary>The sums behind the score of layers.</summary>
    public KaggleDice? Dice { get; init; }

    /// <summary>The score of predicting nothing, where the score is Kaggle's Dice; else null.</summary>
    public double? EmptyScore => Metric == MetricCatalog.KaggleDice ? Dice?.EmptyScore : null;
}
