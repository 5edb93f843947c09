using System.CommandLine;
using SegFromScratch.Apps.Seg.Console;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Kernels.Tuning;
using SegFromScratch.Training.Data;
using SegFromScratch.Training.Metrics;
using SegFromScratch.Training.PostProcessing;
using SegFromScratch.Training.Prediction;
using SegFromScratch.Training.Runs;
using SegFromScratch.Training.Trainer;
using Spectre.Console;

namespace SegFromScratch.Apps.Seg.Commands;

/// <summary><c>seg evaluate</c>: the scores of a trained network on a part of its data.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var run = new Option<string>("--run") { HelpName = "folder", Description = "The folder of the run.", Required = true };
        var part = new Option<string>("--part") { Description = "Which part of the data; without it test, or validation where there is no test.", DefaultValueFactory = _ => "auto" };
        part.AcceptOnlyFromAmong("auto", "train", "validation", "test");
        var data = new Option<string?>("--data") { HelpName = "folder", Description = "Another folder of the same layout and classes." };
        Option<string> checkpoint = CommonOptions.Checkpoint();
        Option<string> device = CommonOptions.Device();
        Option<int> threads = CommonOptions.Threads();
        var search = new Option<bool>("--search-thresholds") { Description = "Search a threshold and a least mask for each class, on validation unless --part says otherwise; they are saved in the run and used by 'seg predict', 'submit' and 'evaluate'." };
        var inference = new InferenceOptions();
        var thresholds = new ThresholdOptions();
        var command = new Command("evaluate", "Scores a checkpoint of a run: at the size of training, or with --inference at the pictures' own size.") { run, part, data, search, checkpoint, device, threads };
        inference.AddTo(command);
        thresholds.AddTo(command);
        command.SetAction(result =>
        {
            using Device opened = DeviceTuner.Open(result.GetRequiredValue(device), result.GetValue(threads));
            TrainedNetwork network = TrainedNetwork.Load(result.GetRequiredValue(run), opened, result.GetRequiredValue(checkpoint));
            bool isSearch = result.GetValue(search);
            IDataSet dataSet = Part(network, Given.Is(result, part) || !isSearch ? result.GetRequiredValue(part) : "validation", result.GetValue(data));
            PredictionOptions options = inference.Read(result, network, result.GetValue(threads)) with { Thresholds = thresholds.Read(result, network) };
            return isSearch
                ? Search(network, dataSet, options with { Thresholds = null }, inference.IsSizeGiven(result))
                : Run(network, dataSet, options, inference.IsSizeGiven(result));
        });
        return command;
    }

    private static int Run(TrainedNetwork network, IDataSet dataSet, PredictionOptions options, bool isAtOwnSize)
    {
        Score(network, dataSet, options, isAtOwnSize, null);
        if (options.Thresholds is { } thresholds)
            ThresholdLines.Write(thresholds, dataSet.ClassNames);
        return 0;
    }

    private static IDataSet Part(TrainedNetwork network, string part, string? data)
    {
        DataOptions options = network.Configuration.Data;
        DataSetParts parts = DataSource.Open(data is null ? options : options with { Path = Path.GetFullPath(data), Layout = "auto", Split = "auto", Table = null });
        IDataSet chosen = part switch
        {
            "train" => parts.Train,
            "validation" => parts.Validation,
            "test" => parts.Test ?? throw new DataSetException($"{data ?? options.Path}: the data have no test part; choose --part validation"),
            _ => parts.Test ?? parts.Validation,
        };
        return (chosen.ClassNames.Count, chosen.IsMultiLabel) == (network.Classes.Names.Count, network.Classes.MayOverlap)
            ? chosen
            : throw new DataSetException($"{chosen.Name} has {Kind(chosen.ClassNames.Count, chosen.IsMultiLabel)}, but the run was trained on {Kind(network.Classes.Names.Count, network.Classes.MayOverlap)}.");
    }

    private static string Kind(int classes, bool mayOverlap) => $"{classes} classes{(mayOverlap ? " that may overlap" : ", one a pixel")}";

    // What is printed last, with the field where there is one, is returned.
    private static Evaluation Score(TrainedNetwork network, IDataSet dataSet, PredictionOptions options, bool isAtOwnSize, ThresholdSearch? search)
    {
        (Evaluation before, Evaluation? after) = ProgressLine.Show($"scoring {dataSet.Name}", dataSet.Count, done => Compute(network, dataSet, options, isAtOwnSize, search, done));
        string title = $"epoch {network.Epoch} on {dataSet.Name}";
        EvaluationTable.Write(before, dataSet, title);
        if (after is null)
            return before;
        EvaluationTable.Write(after, dataSet, $"{title}, with the dense CRF");
        AnsiConsole.MarkupLine($"dense CRF: {before.Metric} {before.Score:f4} before, {after.Score:f4} after");
        return after;
    }

    private static (Evaluation Before, Evaluation? After) Compute(TrainedNetwork network, IDataSet dataSet, PredictionOptions options, bool isAtOwnSize, ThresholdSearch? search, Action<int> done)
    {
        string metric = network.Configuration.Metric;
        if (isAtOwnSize)
            return PictureEvaluator.Evaluate(new Predictor(network.Model, network.Transform, dataSet.IsMultiLabel, options), dataSet, options.Crf is not null, metric, search, options.Thresholds, done);
        var inference = new Inference(network.Model, dataSet.IsMultiLabel, options.Augmentation);
        return options.Crf is { } crf
            ? CrfEvaluation.Evaluate(inference, dataSet, network.Transform, crf, options.Threads, metric, search, options.Thresholds, done)
            : (Evaluator.Evaluate(inference, dataSet, network.Transform, network.Configuration.Batch, done, null, metric, search, options.Thresholds), null);
    }

    private static int Search(TrainedNetwork network, IDataSet dataSet, PredictionOptions options, bool isAtOwnSize)
    {
        if (!dataSet.IsMultiLabel)
            throw new ConfigurationException($"{dataSet.Name}: each pixel has one class, the most likely; thresholds are for masks that may overlap.");
        var search = new ThresholdSearch(dataSet.ClassNames.Count);
        Evaluation evaluation = Score(network, dataSet, options, isAtOwnSize, search);
        DecisionThresholds best = search.Best();
        best.Save(network.Folder.ThresholdsPath);
        Table table = new Table().RoundedBorder().AddColumns("class", "threshold", "least mask, share of the picture");
        for (int c = 0; c < best.Classes.Count; c++)
            table.AddRow(Markup.Escape(dataSet.ClassNames[c]), $"{best.Classes[c].Threshold:g}", $"{best.Classes[c].MinimumShare:g}");
        AnsiConsole.Write(table);
        AnsiConsole.MarkupLine($"{MetricCatalog.KaggleDice} {evaluation.Scores[MetricCatalog.KaggleDice]:f4} with 0.5, {search.Score(best):f4} with these; saved in {Markup.Escape(Path.GetRelativePath(Environment.CurrentDirectory, network.Folder.ThresholdsPath))}");
        return 0;
    }
}
