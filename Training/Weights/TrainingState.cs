using System.Globalization;

namespace SegFromScratch.Training.Weights;

/// <summary>
/// Where a training run stands, beyond its tensors: with it and the optimiser's moments, a run that was stopped goes on to the same
/// bits as one that was not. It lives in a weight file's metadata under keys that begin with <c>state.</c>.
/// </summary>
public sealed record TrainingState
{
    private const string Prefix = "state.";
    private const string CounterPrefix = Prefix + "counter.";
    private const string ValuePrefix = Prefix + "value.";

    /// <summary>Epochs that are complete.</summary>
    public long Epoch { get; init; }

    /// <summary>Batches done in the epoch that is under way.</summary>
    public long StepInEpoch { get; init; }

    /// <summary>Batches done since the run began.</summary>
    public long GlobalStep { get; init; }

    /// <summary>The best validation metric so far; null before the first validation.</summary>
    public double? BestMetric { get; init; }

    /// <summary>Updates that the optimiser has made: the t of Adam's bias correction.</summary>
    public long OptimizerSteps { get; init; }

    /// <summary>The position of the learning-rate schedule, in the schedule's own unit.</summary>
    public long ScheduleStep { get; init; }

    /// <summary>The seed that every random choice of the run follows from.</summary>
    public ulong Seed { get; init; }

    /// <summary>Further whole numbers by name: positions of random generators, validations without improvement.</summary>
    public IReadOnlyDictionary<string, ulong> Counters { get; init; } = new Dictionary<string, ulong>();

    /// <summary>Further numbers by name: the learning rate that a plateau schedule has come down to.</summary>
    public IReadOnlyDictionary<string, double> Values { get; init; } = new Dictionary<string, double>();

    /// <summary>Writes the state into metadata; the numbers are read back without loss.</summary>
    public void WriteTo(IDictionary<string, string> metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        metadata[Prefix + "epoch"] = Text(Epoch);
        metadata[Prefix + "step_in_epoch"] = Text(StepInEpoch);
        metadata[Prefix + "global_step"] = Text(GlobalStep);
        metadata[Prefix + "optimizer_steps"] = Text(OptimizerSteps);
        metadata[Prefix + "schedule_step"] = Text(ScheduleStep);
        metadata[Prefix + "seed"] = Text(Seed);
        if (BestMetric is { } best)
            metadata[Prefix + "best_metric"] = Text(best);
        foreach ((string name, ulong counter) in Counters)
            metadata[CounterPrefix + name] = Text(counter);
        foreach ((string name, double value) in Values)
            metadata[ValuePrefix + name] = Text(value);
    }

    /// <summary>Reads the state of a checkpoint.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="metadata">The file's metadata.</param>
    /// <returns>The state; null where the file holds weights only.</returns>
    /// <exception cref="WeightFileException">A part of the state is missing or no number.</exception>
    public static TrainingState? Read(string path, IReadOnlyDictionary<string, string> metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        if (!metadata.Keys.Any(key => key.StartsWith(Prefix, StringComparison.Ordinal)))
            return null;
        MetadataReader reader = new(path, metadata);
        return new TrainingState
        {
            Epoch = reader.Count(Prefix + "epoch"),
            StepInEpoch = reader.Count(Prefix + "step_in_epoch"),
            GlobalStep = reader.Count(Prefix + "global_step"),
            OptimizerSteps = reader.Count(Prefix + "optimizer_steps"),
            ScheduleStep = reader.Count(Prefix + "schedule_step"),
            Seed = reader.Number<ulong>(Prefix + "seed"),
            BestMetric = metadata.ContainsKey(Prefix + "best_metric") ? reader.Number<double>(Prefix + "best_metric") : null,
            Counters = reader.Numbers<ulong>(CounterPrefix),
            Values = reader.Numbers<double>(ValuePrefix),
        };
    }

    private static string Text<T>(T number)
        where T : IFormattable => number.ToString(null, CultureInfo.InvariantCulture);
}
