namespace SegFromScratch.Training.Runs;

/// <summary>Which parts of a network stand still or learn at other rates. Parts are the beginnings of parameter names, whole parts between dots, or <c>encoder</c>.</summary>
public sealed record FineTuningOptions
{
    /// <summary>The value of <see cref="BatchNormalization"/> that normalises by the batch and lets running statistics follow.</summary>
    public const string Batch = "batch";

    /// <summary>The value of <see cref="BatchNormalization"/> that normalises by the running statistics and leaves them alone.</summary>
    public const string Frozen = "frozen";

    /// <summary>The value of <see cref="BatchNormalization"/> that makes the running statistics anew before each validation.</summary>
    public const string Recompute = "recompute";

    /// <summary>The values of <see cref="BatchNormalization"/>.</summary>
    public static IReadOnlyList<string> BatchNormalizationNames { get; } = [Batch, Frozen, Recompute];

    /// <summary>The parts that keep their weights and running statistics.</summary>
    public IReadOnlyList<string> Freeze { get; init; } = [];

    /// <summary>Factors on the learning rate, by part; of the parts that a parameter is in, the longest name counts. Above 0.</summary>
    public IReadOnlyDictionary<string, double> LearningRateScales
    {
        get;
        init => field = new SortedDictionary<string, double>(value.ToDictionary(), StringComparer.Ordinal);
    } = new SortedDictionary<string, double>(StringComparer.Ordinal);

    /// <summary>What batch normalisation does in training: <c>batch</c>, <c>frozen</c> or <c>recompute</c>.</summary>
    public string BatchNormalization { get; init; } = Batch;
}
