using System.CommandLine;
using System.Globalization;
using SegFromScratch.Apps.Seg.Console;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Kernels.Tuning;
using SegFromScratch.Training.Data;
using SegFromScratch.Training.Images;
using SegFromScratch.Training.Metrics;
using SegFromScratch.Training.PostProcessing;
using SegFromScratch.Training.Prediction;
using SegFromScratch.Training.Runs;
using SegFromScratch.Training.Trainer;
using SegFromScratch.Training.Weights;
using Spectre.Console;

namespace SegFromScratch.Apps.Seg.Commands;

/// <summary><c>seg predict</c>: masks and overlays of pictures.</summary>
internal static class PredictCommand
{
    private static readonly string[] s_endings = [".png", ".jpg", ".jpeg"];

    public static Command Create()
    {
        var pictures = new Argument<string[]>("pictures") { Description = "Pictures, or folders of pictures.", Arity = ArgumentArity.OneOrMore };
        var run = new Option<string>("--run") { Description = "The folder of the run.", Required = true };
        var output = new Option<string>("--output") { Description = "Where masks and overlays are written.", DefaultValueFactory = _ => "predictions" };
        Option<string> device = CommonOptions.Device();
        Option<int> threads = CommonOptions.Threads();
        var crf = new CrfOptions();
        var command = new Command("predict", "Predicts the masks of pictures of any size with the best checkpoint of a run.") { pictures, run, output, device, threads };
        crf.AddTo(command);
        command.SetAction(result => Run(
            RunFolder.Find(result.GetRequiredValue(run)),
            Files(result.GetRequiredValue(pictures)),
            result.GetRequiredValue(output),
            result.GetRequiredValue(device),
            result.GetValue(threads),
            crf.Read(result)));
        return command;
    }

    private static List<string> Files(string[] pictures)
    {
        var files = new List<string>();
        foreach (string picture in pictures)
        {
            if (Directory.Exists(picture))
                files.AddRange(Directory.EnumerateFiles(picture).Where(file => s_endings.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase)).Order(StringComparer.Ordinal));
            else if (File.Exists(picture))
                files.Add(picture);
            else
                throw new DataSetException($"{picture}: no such picture or folder.");
        }

        return files.Count > 0 ? files : throw new DataSetException($"{string.Join(", ", pictures)}: no PNG or JPEG picture in it.");
    }

    private static int Run(RunFolder folder, List<string> files, string output, string deviceName, int threads, DenseCrfOptions? crf)
    {
        RunConfiguration configuration = RunConfiguration.Load(folder.ConfigurationPath);
        using Device device = DeviceTuner.Open(deviceName, threads);
        var setup = new TrainingSetup(configuration, device);
        using (Checkpoint checkpoint = Checkpoint.Load(folder.BestCheckpointPath))
            ModelCheckpoint.LoadWeights(checkpoint, setup.Model);
        IDataSet dataSet = setup.Data.Train;
        var predictor = new Predictor(setup.Model, setup.EvaluationTransform, dataSet.IsMultiLabel, crf, threads, dataSet.IsMultiLabel ? DecisionThresholds.Load(folder.ThresholdsPath, dataSet.ClassNames.Count) : null);
        Directory.CreateDirectory(output);
        AnsiConsole.Progress().AutoClear(true).Start(context =>
        {
            ProgressTask progress = context.AddTask("predicting", maxValue: files.Count);
            foreach (string file in files)
            {
                Image image = ImageFile.ReadRgb(file);
                Write(predictor.Predict(image), image, dataSet, Path.Combine(output, Path.GetFileNameWithoutExtension(file)));
                progress.Increment(1);
            }
        });
        AnsiConsole.MarkupLine($"{files.Count} pictures: masks and overlays are in {Markup.Escape(output)}");
        return 0;
    }

    private static void Write(Prediction prediction, Image image, IDataSet dataSet, string path)
    {
        ImageFile.WritePng($"{path}-overlay.png", SamplePictures.Draw(image, prediction, dataSet.ClassColors));
        if (prediction.Classes is { } classes)
        {
            ImageFile.WritePng($"{path}-mask.png", classes, dataSet.ClassColors);
            return;
        }

        LayerMasks layers = prediction.Layers!;
        for (int c = 0; c < layers.LayerCount; c++)
        {
            byte[] mask = Array.ConvertAll(layers.Layer(c).ToArray(), value => (byte)(value * byte.MaxValue));
            ImageFile.WritePng($"{path}-mask{(c + 1).ToString(CultureInfo.InvariantCulture)}.png", new Image(prediction.Width, prediction.Height, 1, mask));
        }
    }
}
