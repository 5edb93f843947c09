using SegFromScratch.Training.Metrics;

namespace SegFromScratch.Training.Trainer;

/// <summary>How good a network is on a data set.</summary>
public sealed record Evaluation
{
    /// <summary>What <see cref="Score"/> is: mean IoU of class maps, Kaggle's mean Dice of layers.</summary>
    public required string Metric { get; init; }

    /// <summary>The number by which the best checkpoint is chosen: 0 to 1, more is better.</summary>
    public required double Score { get; init; }

    /// <summary>Images that were looked at.</summary>
    public required int Images { get; init; }

    /// <summary>The counts behind the score of class maps.</summary>
    public ConfusionMatrix? Confusion { get; init; }

    /// <summary>The sums behind the score of layers.</summary>
    public KaggleDice? Dice { get; init; }

    /// <summary>The score of predicting nothing; null for class maps, where there is no such answer.</summary>
    public double? EmptyScore => Dice?.EmptyScore;
}
