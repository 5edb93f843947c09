using System.CommandLine;
using System.Globalization;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Kernels.Tuning;
using SegFromScratch.Training.Data;
using SegFromScratch.Training.Images;
using SegFromScratch.Training.Metrics;
using SegFromScratch.Training.Runs;
using SegFromScratch.Training.Submission;
using SegFromScratch.Training.Trainer;
using SegFromScratch.Training.Weights;
using Spectre.Console;

namespace SegFromScratch.Apps.Seg.Commands;

/// <summary><c>seg submit</c>: the masks of a folder of pictures as one table for Kaggle.</summary>
internal static class SubmitCommand
{
    private static readonly string[] s_endings = [".png", ".jpg", ".jpeg"];

    public static Command Create()
    {
        var run = new Option<string>("--run") { Description = "The folder of the run.", Required = true };
        var images = new Option<string>("--images") { Description = "The folder of the pictures.", Required = true };
        var output = new Option<string>("--output") { Description = "The table to write.", DefaultValueFactory = _ => "submission.csv" };
        var format = new Option<string>("--format") { Description = "classic: ImageId_ClassId,EncodedPixels; official: ImageId,EncodedPixels,ClassId; table: ImageId,ClassId,EncodedPixels; wide: ImageId,Defect_1,...", DefaultValueFactory = _ => "classic" };
        format.AcceptOnlyFromAmong([.. Enum.GetNames<SubmissionFormat>().Select(name => name.ToLowerInvariant())]);
        var thresholds = new Option<string?>("--threshold") { Description = "Above which probability a pixel belongs to a class: one number, or one a class with commas between; without it what 'seg evaluate --search-thresholds' found, or else 0.5." };
        var areas = new Option<string?>("--minimum-area") { Description = "Masks with fewer pixels are emptied: one number, or one a class with commas between; without it what 'seg evaluate --search-thresholds' found, or else 0." };
        Option<string> device = CommonOptions.Device();
        Option<int> threads = CommonOptions.Threads();
        var command = new Command("submit", "Predicts a folder of pictures with the best checkpoint of a run and writes their masks as a table for Kaggle, which is read back and checked.") { run, images, output, format, thresholds, areas, device, threads };
        command.SetAction(result =>
        {
            using Device opened = DeviceTuner.Open(result.GetRequiredValue(device), result.GetValue(threads));
            return Run(
                RunFolder.Find(result.GetRequiredValue(run)),
                Pictures(result.GetRequiredValue(images)),
                result.GetRequiredValue(output),
                Enum.Parse<SubmissionFormat>(result.GetRequiredValue(format), ignoreCase: true),
                (classes, standard) => new MaskRules(
                    Numbers(result.GetValue(thresholds), "--threshold", classes, number => number is >= 0 and <= 1) ?? standard.Thresholds,
                    Numbers(result.GetValue(areas), "--minimum-area", classes, number => number >= 0 && Math.Floor(number) == number)?.Select(area => (long)area).ToArray() ?? standard.MinimumAreas),
                opened);
        });
        return command;
    }

    private static int Run(RunFolder folder, string[] pictures, string output, SubmissionFormat format, Func<int, MaskRules, MaskRules> choose, Device device)
    {
        var setup = new TrainingSetup(folder.LoadConfiguration(), device);
        IReadOnlyList<string> classes = setup.Data.Train.ClassNames;
        if (!setup.Data.Train.IsMultiLabel)
            throw new ConfigurationException($"The run '{Path.GetFileName(folder.Path)}' gives each pixel one class; a submission needs a run with a mask for each class, such as one on Severstal's data.");
        DecisionThresholds? found = DecisionThresholds.Load(folder.ThresholdsPath, classes.Count);
        MaskRules Rules(Image image) => choose(classes.Count, found is null ? MaskRules.Standard(classes.Count) : MaskRules.Of(found, image.Width, image.Height));
        using (Checkpoint checkpoint = Checkpoint.Load(folder.BestCheckpointPath))
            ModelCheckpoint.LoadWeights(checkpoint, setup.Model);
        var masks = new SoftMasks(setup.Model, setup.EvaluationTransform);
        int filled = 0;
        AnsiConsole.Progress().AutoClear(true).Start(context =>
        {
            ProgressTask progress = context.AddTask("predicting", maxValue: pictures.Length);
            filled = SubmissionFile.Write(output, format, pictures, classes.Count, image => Rules(image).Decide(masks.Of(image), image.Width, image.Height), done => progress.Value = done);
        });
        AnsiConsole.MarkupLine($"{pictures.Length} pictures, {filled} of {pictures.Length * classes.Count} masks with something in them: {Markup.Escape(output)}, read back and right");
        return 0;
    }

    private static string[] Pictures(string folder)
    {
        if (!Directory.Exists(folder))
            throw new DataSetException($"{folder}: no such folder.");
        string[] pictures = [.. Directory.EnumerateFiles(folder).Where(file => s_endings.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase)).Order(StringComparer.Ordinal)];
        return pictures.Length > 0 ? pictures : throw new DataSetException($"{folder}: no PNG or JPEG picture in it.");
    }

    private static double[]? Numbers(string? text, string option, int classes, Func<double, bool> isFit)
    {
        if (text is null)
            return null;
        double[] numbers = [.. text.Split(',').Select(part => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && isFit(number)
            ? number
            : throw new ConfigurationException($"{option}: '{part}' is not {(option == "--threshold" ? "a number from 0 to 1" : "a whole number of pixels")}."))];
        return numbers.Length == classes ? numbers
            : numbers.Length == 1 ? [.. Enumerable.Repeat(numbers[0], classes)]
            : throw new ConfigurationException($"{option}: {numbers.Length} numbers, but the run has {classes} classes; give one number, or {classes}.");
    }
}
