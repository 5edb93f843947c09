using SegFromScratch.Training.Runs;

namespace SegFromScratch.Training.Optimization;

/// <summary>
/// A factor on the learning rate that falls where validation stops getting better. Its state goes into checkpoints.
/// PyTorch: <c>torch.optim.lr_scheduler.ReduceLROnPlateau</c> with <c>mode="max"</c> and a relative threshold.
/// </summary>
public sealed class PlateauFactor
{
    /// <summary>The schedule that has it.</summary>
    public const string Name = "plateau";

    private readonly double _factor, _threshold;
    private readonly int _patience;
    private double? _best;
    private long _waited;

    /// <summary>Begins at 1.</summary>
    /// <param name="schedule">factor (0.1), patience (10): epochs that may pass without a better score, threshold (1e-4): a better score is above best * (1 + threshold).</param>
    /// <exception cref="ConfigurationException">A number is impossible.</exception>
    public PlateauFactor(NamedOptions schedule)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        (_factor, _patience, _threshold) = (schedule.GetDouble("factor", 0.1), schedule.GetInt32("patience", 10), schedule.GetDouble("threshold", 1e-4));
        if (_factor is not (> 0 and < 1) || _patience < 0 || !(_threshold >= 0))
            throw new ConfigurationException("schedule 'plateau': the factor must be above 0 and below 1, patience and threshold 0 or more.");
    }

    /// <summary>Its settings.</summary>
    public static IReadOnlyList<string> Settings { get; } = ["factor", "patience", "threshold"];

    /// <summary>What the schedule's rate is multiplied with.</summary>
    public double Current { get; private set; } = 1;

    /// <summary>Takes note of a validation.</summary>
    /// <param name="score">More is better.</param>
    public void EpochDone(double score)
    {
        if (_best is not { } best || score > best * (1 + _threshold))
        {
            (_best, _waited) = (score, 0);
            return;
        }

        if (++_waited <= _patience)
            return;
        Current *= _factor;
        _waited = 0;
    }

    /// <summary>Writes the state.</summary>
    public void WriteTo(IDictionary<string, double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        values["plateau_factor"] = Current;
        values["plateau_waited"] = _waited;
        if (_best is { } best)
            values["plateau_best"] = best;
    }

    /// <summary>Reads the state.</summary>
    public void ReadFrom(IReadOnlyDictionary<string, double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        Current = values.TryGetValue("plateau_factor", out double factor) ? factor : 1;
        _waited = values.TryGetValue("plateau_waited", out double waited) ? (long)waited : 0;
        _best = values.TryGetValue("plateau_best", out double best) ? best : null;
    }
}
