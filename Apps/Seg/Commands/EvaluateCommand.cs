using System.CommandLine;
using SegFromScratch.Apps.Seg.Console;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Kernels.Tuning;
using SegFromScratch.Training.Data;
using SegFromScratch.Training.Metrics;
using SegFromScratch.Training.PostProcessing;
using SegFromScratch.Training.Runs;
using SegFromScratch.Training.Trainer;
using SegFromScratch.Training.Weights;
using Spectre.Console;

namespace SegFromScratch.Apps.Seg.Commands;

/// <summary><c>seg evaluate</c>: the scores of a trained network on a part of its data.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var run = new Option<string>("--run") { Description = "The folder of the run.", Required = true };
        var part = new Option<string>("--part") { Description = "Which part of the data; without it test, or validation where there is no test.", DefaultValueFactory = _ => "auto" };
        part.AcceptOnlyFromAmong("auto", "train", "validation", "test");
        var data = new Option<string?>("--data") { Description = "Another folder of the same layout and classes." };
        Option<string> device = CommonOptions.Device();
        Option<int> threads = CommonOptions.Threads();
        var search = new Option<bool>("--search-thresholds") { Description = "Search a threshold and a least mask for each class, on validation unless --part says otherwise; they are saved in the run and used by 'seg predict'." };
        var crf = new CrfOptions();
        var command = new Command("evaluate", "Scores the best checkpoint of a run.") { run, part, data, search, device, threads };
        crf.AddTo(command);
        command.SetAction(result => result.GetValue(search) ? Search(
            RunFolder.Find(result.GetRequiredValue(run)),
            Given.Is(result, part) ? result.GetRequiredValue(part) : "validation",
            result.GetValue(data),
            result.GetRequiredValue(device),
            result.GetValue(threads)) : Run(
            RunFolder.Find(result.GetRequiredValue(run)),
            result.GetRequiredValue(part),
            result.GetValue(data),
            result.GetRequiredValue(device),
            result.GetValue(threads),
            crf.Read(result)));
        return command;
    }

    /// <summary>Loads the best checkpoint into the network and scores it.</summary>
    public static Evaluation EvaluateBest(TrainingSetup setup, RunFolder folder, IDataSet dataSet, out long epoch, ThresholdSearch? search = null)
    {
        epoch = LoadBest(setup, folder);
        Evaluation? evaluation = null;
        AnsiConsole.Progress().AutoClear(true).Start(context =>
        {
            ProgressTask progress = context.AddTask($"scoring {Markup.Escape(dataSet.Name)}", maxValue: dataSet.Count);
            evaluation = Evaluator.Evaluate(setup.Model, dataSet, setup.EvaluationTransform, setup.Configuration.Batch, images => progress.Value = images, metric: setup.Configuration.Metric, thresholds: search);
        });
        return evaluation!;
    }

    private static long LoadBest(TrainingSetup setup, RunFolder folder)
    {
        using Checkpoint checkpoint = Checkpoint.Load(folder.BestCheckpointPath);
        ModelCheckpoint.LoadWeights(checkpoint, setup.Model);
        return checkpoint.Metadata.State?.Epoch ?? 0;
    }

    private static int Run(RunFolder folder, string part, string? data, string deviceName, int threads, DenseCrfOptions? crf)
    {
        using Device device = DeviceTuner.Open(deviceName, threads);
        TrainingSetup setup = Setup(folder, data, device);
        IDataSet dataSet = Part(setup, part);
        if (crf is not null)
            return CompareWithCrf(setup, folder, dataSet, crf, threads);
        Evaluation evaluation = EvaluateBest(setup, folder, dataSet, out long epoch);
        EvaluationTable.Write(evaluation, dataSet, $"epoch {epoch} on {dataSet.Name}");
        return 0;
    }

    private static TrainingSetup Setup(RunFolder folder, string? data, Device device)
    {
        RunConfiguration configuration = folder.LoadConfiguration();
        if (data is not null)
            configuration = configuration with { Data = configuration.Data with { Path = Path.GetFullPath(data), Layout = "auto", Split = "auto", Table = null } };
        return new TrainingSetup(configuration, device);
    }

    private static IDataSet Part(TrainingSetup setup, string part) => part switch
    {
        "train" => setup.Data.Train,
        "validation" => setup.Data.Validation,
        "test" => setup.Data.Test ?? throw new DataSetException($"{setup.Configuration.Data.Path}: the data have no test part; choose --part validation"),
        _ => setup.Data.Test ?? setup.Data.Validation,
    };

    private static int Search(RunFolder folder, string part, string? data, string deviceName, int threads)
    {
        using Device device = DeviceTuner.Open(deviceName, threads);
        TrainingSetup setup = Setup(folder, data, device);
        IDataSet dataSet = Part(setup, part);
        if (!dataSet.IsMultiLabel)
            throw new ConfigurationException($"{dataSet.Name}: each pixel has one class, the most likely; thresholds are for masks that may overlap.");
        var search = new ThresholdSearch(dataSet.ClassNames.Count);
        Evaluation evaluation = EvaluateBest(setup, folder, dataSet, out long epoch, search);
        EvaluationTable.Write(evaluation, dataSet, $"epoch {epoch} on {dataSet.Name}");
        DecisionThresholds best = search.Best();
        best.Save(folder.ThresholdsPath);
        Table table = new Table().RoundedBorder().AddColumns("class", "threshold", "least mask, share of the picture");
        for (int c = 0; c < best.Classes.Count; c++)
            table.AddRow(Markup.Escape(dataSet.ClassNames[c]), $"{best.Classes[c].Threshold:g}", $"{best.Classes[c].MinimumShare:g}");
        AnsiConsole.Write(table);
        AnsiConsole.MarkupLine($"{MetricCatalog.KaggleDice} {evaluation.Scores[MetricCatalog.KaggleDice]:f4} with 0.5, {search.Score(best):f4} with these; saved in {Markup.Escape(Path.GetRelativePath(Environment.CurrentDirectory, folder.ThresholdsPath))}");
        return 0;
    }

    private static int CompareWithCrf(TrainingSetup setup, RunFolder folder, IDataSet dataSet, DenseCrfOptions crf, int threads)
    {
        long epoch = LoadBest(setup, folder);
        (Evaluation Before, Evaluation After)? scores = null;
        AnsiConsole.Progress().AutoClear(true).Start(context =>
        {
            ProgressTask progress = context.AddTask($"scoring {Markup.Escape(dataSet.Name)}", maxValue: dataSet.Count);
            scores = CrfEvaluation.Evaluate(setup.Model, dataSet, setup.EvaluationTransform, crf, threads, images => progress.Value = images);
        });
        (Evaluation before, Evaluation after) = scores!.Value;
        EvaluationTable.Write(before, dataSet, $"epoch {epoch} on {dataSet.Name}");
        EvaluationTable.Write(after, dataSet, $"epoch {epoch} on {dataSet.Name}, with the dense CRF");
        AnsiConsole.MarkupLine($"dense CRF: {before.Metric} {before.Score:f4} before, {after.Score:f4} after");
        return 0;
    }
}
