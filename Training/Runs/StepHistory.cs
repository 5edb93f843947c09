namespace SegFromScratch.Training.Runs;

/// <summary>Loss and learning rate of every step of a run, as they are in its log of steps.</summary>
public sealed class StepHistory
{
    private readonly List<StepRecord> _steps = [];

    /// <summary>The steps in order.</summary>
    public IReadOnlyList<StepRecord> Steps => _steps;

    /// <summary>Reads the log of steps; no file is an empty history. A last line that is still being written, or was never finished, is left out.</summary>
    /// <param name="path">The log as CSV, whose columns are step, loss and learning_rate.</param>
    /// <param name="lastStep">Later steps are left out.</param>
    /// <exception cref="ConfigurationException">A complete line cannot be read.</exception>
    public static StepHistory Load(string path, long lastStep = long.MaxValue)
    {
        LogTable table = LogTable.Load(path);
        var history = new StepHistory();
        for (int row = 0; row < table.Count; row++)
        {
            var step = new StepRecord((long)(table[row, MetricLog.StepColumn] ?? 0), table[row, "loss"] ?? double.NaN, table[row, "learning_rate"] ?? double.NaN);
            if (step.Step <= lastStep)
                history.Add(step);
        }

        return history;
    }

    /// <summary>Adds a step.</summary>
    public void Add(StepRecord step) => _steps.Add(step);
}

/// <summary>One step of a run.</summary>
/// <param name="Step">Steps done since the run began, this one included.</param>
/// <param name="Loss">Its loss.</param>
/// <param name="LearningRate">Its learning rate.</param>
public readonly record struct StepRecord(long Step, double Loss, double LearningRate);
