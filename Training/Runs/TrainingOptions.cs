namespace SegFromScratch.Training.Runs;

/// <summary>How a run goes through its steps and epochs, and what it keeps.</summary>
public sealed record TrainingOptions
{
    /// <summary>
    /// Batches whose gradients are averaged for one step, at least 1. Two batches of 4 give the step of one batch of 8 in the memory of 4, where nothing is computed over a batch:
    /// batch normalisation and losses that are no means of pixels are.
    /// </summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>How much of the weights' moving average stays from step to step, above 0 and below 1; it is what validation sees and the best checkpoint holds. null: there is none.</summary>
    public double? AverageDecay { get; init; }

    /// <summary>Epochs without a better validation after which the run ends, at least 1; null: it runs to its end.</summary>
    public int? Patience { get; init; }

    /// <summary>How many of the last epochs' checkpoints are kept beside the best and the last, 0 or more.</summary>
    public int KeepLast { get; init; }

    /// <summary>True: the numbers of every operation are looked at in every step, which is slow. False: only those of a step that went wrong, which is then repeated.</summary>
    public bool FindNan { get; init; }

    /// <summary>True: pictures with rare classes are drawn more often. False: each picture once an epoch.</summary>
    public bool BalanceClasses { get; init; }
}
