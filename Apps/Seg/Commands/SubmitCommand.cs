using System.CommandLine;
using SegFromScratch.Apps.Seg.Console;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Kernels.Tuning;
using SegFromScratch.Training.Data;
using SegFromScratch.Training.Prediction;
using SegFromScratch.Training.Runs;
using SegFromScratch.Training.Submission;
using Spectre.Console;

namespace SegFromScratch.Apps.Seg.Commands;

/// <summary><c>seg submit</c>: the masks of a folder of pictures as one table for Kaggle.</summary>
internal static class SubmitCommand
{
    public static Command Create()
    {
        var run = new Option<string>("--run") { HelpName = "folder", Description = "The folder of the run.", Required = true };
        var images = new Option<string>("--images") { HelpName = "folder", Description = "The folder of the pictures, or a pattern such as 'test/*.jpg'.", Required = true };
        var output = new Option<string>("--output") { HelpName = "file", Description = "The table to write.", DefaultValueFactory = _ => "submission.csv" };
        var format = new Option<string>("--format") { Description = "classic: ImageId_ClassId,EncodedPixels; official: ImageId,EncodedPixels,ClassId; table: ImageId,ClassId,EncodedPixels; wide: ImageId,Defect_1,...", DefaultValueFactory = _ => "classic" };
        format.AcceptOnlyFromAmong([.. Enum.GetNames<SubmissionFormat>().Select(name => name.ToLowerInvariant())]);
        Option<string> checkpoint = CommonOptions.Checkpoint();
        Option<string> device = CommonOptions.Device();
        Option<int> threads = CommonOptions.Threads();
        var inference = new InferenceOptions();
        var thresholds = new ThresholdOptions();
        var command = new Command("submit", "Predicts a folder of pictures with a checkpoint of a run and writes their masks as a table for Kaggle, which is read back and checked.") { run, images, output, format, checkpoint, device, threads };
        inference.AddTo(command);
        thresholds.AddTo(command);
        command.SetAction(result =>
        {
            IReadOnlyList<string> pictures = PictureSearch.Find([result.GetRequiredValue(images)]);
            using Device opened = DeviceTuner.Open(result.GetRequiredValue(device), result.GetValue(threads));
            TrainedNetwork network = TrainedNetwork.Load(result.GetRequiredValue(run), opened, result.GetRequiredValue(checkpoint));
            if (!network.Classes.MayOverlap)
                throw new ConfigurationException($"The run '{Path.GetFileName(network.Folder.Path)}' gives each pixel one class; a submission needs a run with a mask for each class, such as one on Severstal's data.");
            PredictionOptions options = inference.Read(result, network, result.GetValue(threads)) with { Thresholds = thresholds.Read(result, network) };
            return Run(network, options, pictures, result.GetRequiredValue(output), Enum.Parse<SubmissionFormat>(result.GetRequiredValue(format), ignoreCase: true));
        });
        return command;
    }

    private static int Run(TrainedNetwork network, PredictionOptions options, IReadOnlyList<string> pictures, string output, SubmissionFormat format)
    {
        Predictor predictor = network.CreatePredictor(options);
        int classes = network.Classes.Names.Count;
        int filled = ProgressLine.Show("predicting", pictures.Count, done => SubmissionFile.Write(output, format, pictures, classes, image => predictor.Predict(image).Layers!, done));
        ThresholdLines.Write(options.Thresholds!, network.Classes.Names);
        AnsiConsole.MarkupLine($"{pictures.Count} pictures, {filled} of {pictures.Count * classes} masks with something in them: {Markup.Escape(output)}, read back and right");
        return 0;
    }
}
