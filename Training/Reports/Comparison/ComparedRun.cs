using SegFromScratch.Training.Metrics;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Training.Reports.Comparison;

/// <summary>A run beside others.</summary>
/// <param name="Name">What to call it: the name of its folder, with that of the folder around it where two are equal.</param>
/// <param name="Summary">What it is and how it went. A run without a summary has what its configuration and its log of epochs tell.</param>
public sealed record ComparedRun(string Name, RunSummary Summary)
{
    /// <summary>Reads runs.</summary>
    /// <exception cref="ConfigurationException">A folder holds no run, or a file in it is damaged.</exception>
    public static IReadOnlyList<ComparedRun> Load(IEnumerable<RunFolder> folders)
    {
        RunFolder[] runs = [.. folders];
        string[] names = [.. runs.Select(run => Path.GetFileName(run.Path))];
        return [.. runs.Select((run, index) => new ComparedRun(names.Count(name => name == names[index]) == 1 ? names[index] : run.Path, SummaryOf(run)))];
    }

    /// <summary>The score of a class in the best epoch: IoU, or the mean Dice where masks may overlap; null where there is none.</summary>
    public double? ScoreOf(string className)
    {
        int index = Summary.ClassNames.ToList().IndexOf(className);
        return index >= 0 && Summary.BestEpoch is { } best && index < best.Classes.Count ? best.Classes[index].IoU ?? best.Classes[index].Dice : null;
    }

    private static RunSummary SummaryOf(RunFolder run)
    {
        RunConfiguration configuration = RunConfiguration.Load(run.ConfigurationPath);
        string data = Path.GetFileName(Path.TrimEndingDirectorySeparator(configuration.Data.Path));
        if (File.Exists(run.SummaryPath))
        {
            // A summary describes the layout of the data; beside other runs their name says more, and is shorter.
            RunSummary summary = RunSummary.Load(run.SummaryPath);
            return data.Length > 0 ? summary with { Data = data } : summary;
        }

        EpochSummary[] epochs = [.. EpochSummaries.OfLog(run.MetricsCsvPath)];
        return new RunSummary
        {
            Model = configuration.Model.Name,
            Data = data,
            Loss = configuration.Loss.Name,
            Optimizer = configuration.Optimizer.Name,
            Batch = configuration.Batch,
            PlannedEpochs = configuration.Epochs,
            Metric = epochs.Length == 0 ? "" : configuration.Metric != MetricCatalog.Auto ? configuration.Metric : epochs[0].EmptyScore is null ? MetricCatalog.MeanIoU : MetricCatalog.KaggleDice,
            Epochs = epochs,
        };
    }
}
