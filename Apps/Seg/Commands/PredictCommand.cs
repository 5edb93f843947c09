using System.CommandLine;
using SegFromScratch.Apps.Seg.Console;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Kernels.Tuning;
using SegFromScratch.Training.Data;
using SegFromScratch.Training.Images;
using SegFromScratch.Training.Prediction;
using SegFromScratch.Training.Runs;
using Spectre.Console;

namespace SegFromScratch.Apps.Seg.Commands;

/// <summary><c>seg predict</c>: masks, overlays and probabilities of pictures.</summary>
internal static class PredictCommand
{
    private static readonly Dictionary<string, PredictionOutputs> s_outputs = new(StringComparer.Ordinal)
    {
        ["masks"] = PredictionOutputs.Masks,
        ["overlay"] = PredictionOutputs.Overlay,
        ["probabilities"] = PredictionOutputs.Probabilities,
        ["npy"] = PredictionOutputs.Npy,
    };

    public static Command Create()
    {
        var pictures = new Argument<string[]>("pictures") { Description = "Pictures, folders of pictures, or patterns such as 'photos/**/*.png'.", Arity = ArgumentArity.OneOrMore };
        var run = new Option<string>("--run") { HelpName = "folder", Description = "The folder of the run.", Required = true };
        var output = new Option<string>("--output") { HelpName = "folder", Description = "The folder to write into.", DefaultValueFactory = _ => "predictions" };
        var write = new Option<string>("--write")
        {
            HelpName = "list",
            Description = "What to write, joined by commas: masks, overlay, probabilities (a grey picture a class), npy (all probabilities as float32 numbers).",
            DefaultValueFactory = _ => "masks,overlay",
        };
        Option<string> checkpoint = CommonOptions.Checkpoint();
        Option<string> device = CommonOptions.Device();
        Option<int> threads = CommonOptions.Threads();
        var inference = new InferenceOptions();
        var thresholds = new ThresholdOptions();
        var command = new Command("predict", "Predicts the masks of pictures of any size with a checkpoint of a run.") { pictures, run, output, write, checkpoint, device, threads };
        inference.AddTo(command);
        thresholds.AddTo(command);
        command.SetAction(result =>
        {
            IReadOnlyList<string> files = PictureSearch.Find(result.GetRequiredValue(pictures));
            PredictionOutputs outputs = Outputs(result.GetRequiredValue(write));
            using Device opened = DeviceTuner.Open(result.GetRequiredValue(device), result.GetValue(threads));
            TrainedNetwork network = TrainedNetwork.Load(result.GetRequiredValue(run), opened, result.GetRequiredValue(checkpoint));
            PredictionOptions options = inference.Read(result, network, result.GetValue(threads)) with { Thresholds = thresholds.Read(result, network) };
            return Run(network, options, files, outputs, result.GetRequiredValue(output));
        });
        return command;
    }

    private static PredictionOutputs Outputs(string text) => text.Split(',', StringSplitOptions.TrimEntries).Aggregate(PredictionOutputs.None, (all, name) => all | (s_outputs.TryGetValue(name, out PredictionOutputs output)
        ? output
        : throw new ConfigurationException($"--write: '{name}' is unknown; give {string.Join(", ", s_outputs.Keys)}.")));

    private static int Run(TrainedNetwork network, PredictionOptions options, IReadOnlyList<string> files, PredictionOutputs outputs, string output)
    {
        if (files.GroupBy(NameOf, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1) is { } alike)
            throw new ConfigurationException($"{string.Join(" and ", alike.Take(2))} would be written as one; predict them into two folders.");
        Directory.CreateDirectory(output);
        Predictor predictor = network.CreatePredictor(options);
        ProgressLine.Show("predicting", files.Count, done =>
        {
            for (int i = 0; i < files.Count; i++)
            {
                Image image = ImageFile.ReadRgb(files[i]);
                PredictionFiles.Write(Path.Combine(output, NameOf(files[i])), predictor.Predict(image), image, network.Classes, outputs);
                done(i + 1);
            }

            return files.Count;
        });
        string names = string.Join(", ", s_outputs.Where(pair => outputs.HasFlag(pair.Value)).Select(pair => pair.Key));
        AnsiConsole.MarkupLine($"{files.Count} pictures: {names} in {Markup.Escape(output)}");
        return 0;
    }

    private static string NameOf(string file) => Path.GetFileNameWithoutExtension(file);
}
