using System.Globalization;

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
        var history = new StepHistory();
        if (!File.Exists(path))
            return history;
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        string[] lines = reader.ReadToEnd().Split('\n');
        for (int line = 1; line < lines.Length - 1; line++)
        {
            StepRecord step = Parse(lines[line]) ?? throw new ConfigurationException($"'{path}', line {line + 1}: this is no row of step, loss and learning rate.");
            if (step.Step <= lastStep)
                history._steps.Add(step);
        }

        return history;
    }

    /// <summary>Adds a step.</summary>
    public void Add(StepRecord step) => _steps.Add(step);

    private static StepRecord? Parse(string line)
    {
        string[] cells = line.Split(',');
        return cells.Length >= 3
            && long.TryParse(cells[0], NumberStyles.None, CultureInfo.InvariantCulture, out long step)
            && double.TryParse(cells[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double loss)
            && double.TryParse(cells[2], NumberStyles.Float, CultureInfo.InvariantCulture, out double rate)
            ? new StepRecord(step, loss, rate)
            : null;
    }
}

/// <summary>One step of a run.</summary>
/// <param name="Step">Steps done since the run began, this one included.</param>
/// <param name="Loss">Its loss.</param>
/// <param name="LearningRate">Its learning rate.</param>
public readonly record struct StepRecord(long Step, double Loss, double LearningRate);
