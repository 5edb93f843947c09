using System.CommandLine;
using SegFromScratch.Apps.Seg.Console;
using SegFromScratch.Apps.Seg.Console.Help;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Kernels.Tuning;
using SegFromScratch.Training.Data;
using SegFromScratch.Training.Files;
using SegFromScratch.Training.Prediction;
using SegFromScratch.Training.Reports;
using SegFromScratch.Training.Runs;
using SegFromScratch.Training.Trainer;
using SegFromScratch.Training.Weights;
using Spectre.Console;

namespace SegFromScratch.Apps.Seg.Commands;

/// <summary><c>seg train</c>.</summary>
internal static class TrainCommand
{
    private const string RunsFolder = "runs";

    public static Command Create()
    {
        var command = new GroupedCommand("train", "Trains a network. Without options: a U-Net on generated steel strips with four defect classes, in 2 minutes on two cores.");
        var options = new TrainOptions();
        var run = new Option<string?>("--run") { Description = "The folder of the new run; without it runs/MODEL-DATA-NNN.", HelpName = "folder" };
        var resume = new Option<string?>("--resume") { Description = "Go on with the run in this folder, to the same bits as if it had never stopped.", HelpName = "folder" };
        var histograms = new Option<bool>("--histograms") { Description = "Write histograms of all weights into the TensorBoard events after each epoch." };
        options.AddTo(command);
        command.AddGroup("The run's folder", run, resume, histograms);
        command.AddExample("seg train --epochs 2", "a first look: two epochs on generated strips");
        command.AddExample("seg train --data FOLDER --size 480x352 --crop 320x320 --flip", "pictures and masks of your own, brought to one size, in random pieces and mirrored at random");
        command.AddExample("seg train --data FOLDER --model deeplabv3plus_resnet50 --weights FILE.pth --partial", "another network, beginning with the weights that fit");
        command.AddExample("seg train --recipe camvid-unet --data FOLDER --epochs 20", "a known run with one thing changed; 'seg recipes' lists them");
        command.AddExample("seg train --resume runs/unet-synthetic-steel-001", "goes on with a run that was stopped or killed");
        command.SetAction(result => Run(result, options, result.GetValue(run), result.GetValue(resume), result.GetValue(histograms)));
        return command;
    }

    private static int Run(ParseResult result, TrainOptions options, string? runPath, string? resumePath, bool histograms)
    {
        if (resumePath is not null && options.GivenNames(result) is { Count: > 0 } given)
            throw new ConfigurationException($"--resume takes everything from the run's config.json; leave out {string.Join(", ", given)}.");
        RunFolder? resumed = resumePath is null ? null : RunFolder.Open(resumePath);
        RunConfiguration configuration = resumed is null ? options.Configuration(result) : resumed.LoadConfiguration();
        configuration.Validate();
        if (resumed is null && DataSource.IsSynthetic(configuration.Data.Layout))
            AnsiConsole.MarkupLine($"[grey]No --data given: {DataSource.SyntheticImages} synthetic steel strips, seed 1, in {Markup.Escape(configuration.Data.Path)}[/]");

        // Generating strips and testing the device take about half a second each, and neither needs the other.
        var opening = Task.Run(() => DataSource.Open(configuration.Data));
        using Device device = DeviceTuner.Open(configuration.Device, configuration.Threads);
        configuration.ApplyTo(device);
        var setup = new TrainingSetup(configuration, device, opening.GetAwaiter().GetResult());

        // A run that was killed before its first checkpoint begins anew, and so from the given weights.
        if (configuration.Weights is { } weights && (resumed is null || !File.Exists(resumed.LastCheckpointPath)))
            LoadWeights(setup, weights);
        RunFolder folder = resumed ?? (runPath is null
            ? RunFolder.CreateNumbered(RunsFolder, setup.Model.Name, Path.GetFileName(configuration.Data.Path.TrimEnd(Path.DirectorySeparatorChar)))
            : RunFolder.Create(runPath));
        using var cancellation = new CancellationTokenSource();
        System.Console.CancelKeyPress += (_, e) =>
        {
            // The first Ctrl-C ends after the step that is under way, with a checkpoint; a second one ends at once.
            e.Cancel = !cancellation.IsCancellationRequested;
            cancellation.Cancel();
        };
        using var display = new TrainingDisplay(folder);
        using var watch = new RunWatch(folder, $"seg {string.Join(' ', result.Tokens.Select(token => token.Value))}", histograms);
        var observers = new ObserverGroup(display, watch);
        bool finished;
        try
        {
            TrainingRun run = resumed is null ? TrainingRun.Begin(setup, folder, observers) : TrainingRun.Resume(setup, folder, observers);
            finished = run.Run(cancellation.Token);
            display.Close();
            watch.Close(finished);
        }
        catch (IOException cause) when (cause is FileWriteException or DataSetException && File.Exists(folder.ConfigurationPath))
        {
            throw new TrainingException($"{cause.Message} What was saved is kept; then go on with: seg train --resume {Relative(folder.Path)}", cause);
        }

        if (!finished)
        {
            AnsiConsole.MarkupLine($"Stopped and saved. Go on with: seg train --resume {Markup.Escape(Relative(folder.Path))}");
            return CommandRunner.Interrupted;
        }

        Summarize(setup, folder);
        return 0;
    }

    private static void LoadWeights(TrainingSetup setup, string path)
    {
        using WeightSource file = WeightSource.Open(path);
        WeightLoad load = WeightLoader.Load(setup.Model, file, setup.Configuration.PartialWeights);
        AnsiConsole.MarkupLine($"weights:     {load.Loaded} tensors from {Markup.Escape(Relative(path))}");
        if (load.Mismatch is { } mismatch)
            System.Console.Out.WriteLine(mismatch.Lists());
    }

    private static void Summarize(TrainingSetup setup, RunFolder folder)
    {
        using (Checkpoint checkpoint = Checkpoint.Load(folder.BestCheckpointPath))
            ModelCheckpoint.LoadWeights(checkpoint, setup.Model);
        IDataSet validation = setup.Data.Validation;
        var inference = new Inference(setup.Model, validation.IsMultiLabel);
        Evaluation best = ProgressLine.Show($"scoring {validation.Name}", validation.Count, done =>
            Evaluator.Evaluate(inference, validation, setup.EvaluationTransform, setup.Configuration.Batch, done, metric: setup.Configuration.Metric));
        AnsiConsole.WriteLine();
        EvaluationTable.Write(best, setup.Data.Validation, $"best checkpoint on {setup.Data.Validation.Name}");
        SamplePictures.Write(setup.Model, setup.Data.Validation, setup.EvaluationTransform, folder.SamplesPath);
        AnsiConsole.MarkupLine($"pictures:    {Markup.Escape(Relative(folder.SamplesPath))}");
        AnsiConsole.MarkupLine($"checkpoints: {Markup.Escape(Relative(folder.BestCheckpointPath))}, {Markup.Escape(Path.GetFileName(folder.LastCheckpointPath))}");
        AnsiConsole.MarkupLine($"report:      {Markup.Escape(Relative(folder.ReportPath))}");
        AnsiConsole.MarkupLine($"log:         {Markup.Escape(Relative(folder.MetricsCsvPath))}");
        AnsiConsole.MarkupLine($"predict:     seg predict --run {Markup.Escape(Relative(folder.Path))} PICTURE...");
    }

    private static string Relative(string path) => Path.GetRelativePath(Environment.CurrentDirectory, path);
}
