using System.Diagnostics;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Memory;
using SegFromScratch.Training.Runs;
using SegFromScratch.Training.Trainer;
using Spectre.Console;

namespace SegFromScratch.Apps.Seg.Console;

/// <summary>
/// Shows a run: first what it is and what memory it will need, then a line that is written over in a terminal
/// (epoch, step, loss, pictures a second, time left), and one line that stays for each epoch. Where the output is a file only the latter.
/// </summary>
internal sealed class TrainingDisplay(RunFolder folder) : ITrainingObserver, IDisposable
{
    private const double LossMemory = 0.95;
    private const int NameWidth = 9;
    private const int LeastValueWidth = 40;
    private readonly bool _isTerminal = !System.Console.IsOutputRedirected;
    private readonly Stopwatch _clock = new();
    private readonly Stopwatch _sinceLine = Stopwatch.StartNew();
    private long _firstStep;
    private double _recentLoss;
    private double _epochStartSeconds;
    private TrainingSetup? _setup;

    /// <inheritdoc/>
    public void Started(TrainingSetup setup, RunProgress progress)
    {
        _setup = setup;
        RunConfiguration configuration = setup.Configuration;
        Row("network", $"{setup.Model.Name}, {setup.Model.TrainedCount:n0} trained parameters, {setup.Model.TotalCount:n0} with running statistics");
        Row("data", $"{setup.Data.Layout}: {setup.Data.Train.Count} to train, {setup.Data.Validation.Count} to validate{(setup.Data.Test is { } test ? $", {test.Count} to test" : "")}");
        Row("device", $"{setup.Device.Name}: {setup.Device.Description}, {(setup.Device.Precision == MatrixPrecision.Float32 ? "float32" : $"products in {MatrixPrecisions.Name(setup.Device.Precision)}, sums and weights in float32")}");
        Row("run", $"{progress.Epochs} epochs of {progress.StepsPerEpoch} steps of {progress.BatchSize} pictures; {setup.Loss.Name}, {setup.Optimizer.Name}, learning rate {configuration.Optimizer.LearningRate:g}, {configuration.Schedule.Name}");
        Row("memory", MemoryLine(setup.PlanMemory()));
        Row("folder", Path.GetRelativePath(Environment.CurrentDirectory, folder.Path));
        if (progress.GlobalStep > 0)
            AnsiConsole.MarkupLine($"going on after epoch {progress.Epoch}, step {progress.StepInEpoch}");
        _firstStep = progress.GlobalStep;
        _clock.Start();
    }

    /// <inheritdoc/>
    public void StepDone(RunProgress progress, float loss, double learningRate)
    {
        bool isFirst = progress.GlobalStep == _firstStep + 1;
        _recentLoss = isFirst ? loss : (LossMemory * _recentLoss) + ((1 - LossMemory) * loss);
        if (isFirst)
            AnsiConsole.MarkupLine($"[grey]first step after {SecondsSinceStart():f1} s[/]");
        if (!_isTerminal || (_sinceLine.ElapsedMilliseconds < 100 && progress.StepInEpoch < progress.StepsPerEpoch))
            return;
        _sinceLine.Restart();
        long done = progress.GlobalStep - _firstStep;
        double secondsAStep = _clock.Elapsed.TotalSeconds / done;
        long left = ((long)progress.Epochs * progress.StepsPerEpoch) - progress.GlobalStep;
        Overwrite($"epoch {progress.Epoch + 1}/{progress.Epochs} {Bar(progress.StepInEpoch / (double)progress.StepsPerEpoch)} {progress.StepInEpoch}/{progress.StepsPerEpoch}  loss {_recentLoss:f4}  {progress.BatchSize / secondsAStep:f1} pictures/s  {Time(left * secondsAStep)} left");
    }

    /// <inheritdoc/>
    public void Validating(int images, int total)
    {
        if (_isTerminal)
            Overwrite($"validating {Bar(images / (double)total)} {images}/{total}");
    }

    /// <inheritdoc/>
    public void EpochDone(RunProgress progress, double meanLoss, Evaluation evaluation, bool isBest)
    {
        Clear();
        double now = _clock.Elapsed.TotalSeconds;
        string empty = evaluation.EmptyScore is { } score ? $" (nothing: {score:f4})" : "";
        AnsiConsole.MarkupLine($"epoch {progress.Epoch,3}/{progress.Epochs}  loss {meanLoss:f4}  validation {evaluation.Metric} {evaluation.Score:f4}{empty}{(isBest ? " [green]best[/]" : "")}  [grey]{now - _epochStartSeconds:f0} s[/]");
        _epochStartSeconds = now;
    }

    /// <summary>Ends the display, with the time and the memory that were needed.</summary>
    public void Close()
    {
        Clear();
        if (_setup is { } setup)
            AnsiConsole.MarkupLine($"[grey]{Time(_clock.Elapsed.TotalSeconds)} of training; at most {Mebibytes(setup.Device.Pool.PeakBytesInUse)} in use on {setup.Device.Name}[/]");
    }

    /// <inheritdoc/>
    public void Dispose() => Clear();

    // A name and what is to be said of it, in a column of its own where it takes several lines.
    private static void Row(string name, string value)
    {
        string label = name.PadRight(NameWidth);
        foreach (string line in WordWrap.Lines(value, Math.Max(LeastValueWidth, AnsiConsole.Profile.Width - NameWidth - 1)))
        {
            AnsiConsole.MarkupLine($"[grey]{label}[/]{Markup.Escape(line)}");
            label = new string(' ', NameWidth);
        }
    }

    private static string MemoryLine(BufferPool plan) =>
        $"{Mebibytes(plan.PeakBytesInUse)} at most: weights {Mebibytes(plan.Peak(MemoryClass.Weights))}, gradients {Mebibytes(plan.Peak(MemoryClass.Gradients))}, optimizer {Mebibytes(plan.Peak(MemoryClass.Optimizer))}, activations {Mebibytes(plan.Peak(MemoryClass.Activations))}";

    // What a person waits for: the start of the process is part of it.
    private static double SecondsSinceStart() => (DateTime.UtcNow - Process.GetCurrentProcess().StartTime.ToUniversalTime()).TotalSeconds;

    private static string Mebibytes(long bytes) => $"{bytes / (double)(1 << 20):n1} MiB";

    private static string Time(double seconds) => seconds < 90 ? $"{seconds:f0} s" : seconds < 5400 ? $"{seconds / 60:f1} min" : $"{seconds / 3600:f1} h";

    private static string Bar(double share)
    {
        const int Cells = 24;
        int full = (int)Math.Round(Math.Clamp(share, 0, 1) * Cells);
        return new string('━', full) + new string('╌', Cells - full);
    }

    private static void Overwrite(string line)
    {
        int width = System.Console.WindowWidth - 1;
        string shown = width > 0 && line.Length > width ? line[..width] : line;
        System.Console.Out.Write($"\r\u001b[K{shown}");
    }

    private void Clear()
    {
        if (_isTerminal)
            System.Console.Out.Write("\r\u001b[K");
    }
}
