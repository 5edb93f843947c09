using System.CommandLine;
using SegFromScratch.Apps.Seg.Console;
using SegFromScratch.Training.Data;
using SegFromScratch.Training.Data.Transforms;
using SegFromScratch.Training.Files;
using SegFromScratch.Training.Inspection;
using SegFromScratch.Training.Runs;
using SegFromScratch.Training.Trainer;
using Spectre.Console;

namespace SegFromScratch.Apps.Seg.Commands;

/// <summary><c>seg inspect</c>: what is in a data set, before anything is trained on it.</summary>
internal static class InspectCommand
{
    private const string StandardPage = "inspect.html";
    private const int StandardVariants = 3;

    // Enough of each change to be seen.
    private static readonly AugmentationOptions _standard = new() { HorizontalFlip = true, MinimumScale = 0.5, MaximumScale = 2, Brightness = 0.2, Contrast = 0.2 };

    public static Command Create()
    {
        var data = new Option<string>("--data") { HelpName = "folder", Description = "A folder of pictures with masks or polygons, or the JSON file of the polygons.", Required = true };
        var split = new SplitOptions();
        var ignoreIndex = new Option<int?>("--ignore-index") { Description = "The mask value that does not count; without it the layout's own." };
        var json = new Option<string?>("--json") { HelpName = "file", Description = "Write all figures into this JSON file." };
        var html = new Option<string?>("--html") { HelpName = "file", Description = $"Write a page with charts and pictures; without a name {StandardPage}.", Arity = ArgumentArity.ZeroOrOne };
        var augment = new Option<int?>("--augment") { Description = $"Show this many randomly changed pictures (mirrored, scaled, lit) beside each training picture of the page; without a number {StandardVariants}.", Arity = ArgumentArity.ZeroOrOne };
        var augmentFrom = new Option<string?>("--augment-from") { HelpName = "folder", Description = "Show the changes of the run in this folder instead." };
        var command = new Command("inspect", "Counts and shows what is in a data set: sizes, classes, empty and broken pictures, and the score of predicting nothing.") { data, ignoreIndex, json, html, augment, augmentFrom };
        foreach (Option option in split.All)
            command.Options.Add(option);
        command.SetAction(result =>
        {
            string? page = result.GetResult(html) is null ? null : result.GetValue(html) ?? StandardPage;
            string? run = result.GetValue(augmentFrom);
            int variants = result.GetResult(augment) is null && run is null ? 0 : result.GetValue(augment) ?? StandardVariants;
            if (variants > 0)
                page ??= StandardPage;
            DataSetOptions options = split.Read(result) with { IgnoreIndex = result.GetValue(ignoreIndex), KeepGoing = true };
            return Run(result.GetRequiredValue(data), options, result.GetValue(json), page, variants, Augmentation(run));
        });
        return command;
    }

    private static int Run(string path, DataSetOptions options, string? json, string? page, int variants, SampleTransform augmentation)
    {
        DataSetParts parts = DataSets.Open(path, options);
        DataInspection inspection = Inspect(Path.GetFullPath(path), parts);
        InspectionTables.Write(inspection);
        if (json is not null)
        {
            AtomicFile.WriteText(json, inspection.ToJson());
            AnsiConsole.MarkupLine($"figures: {Markup.Escape(json)}");
        }
        if (page is not null)
        {
            AtomicFile.WriteText(page, InspectionPage.Create(inspection, parts, variants > 0 ? augmentation : null, variants).ToString());
            AnsiConsole.MarkupLine($"page:    {Markup.Escape(page)}");
        }
        return 0;
    }

    private static DataInspection Inspect(string path, DataSetParts parts)
    {
        int samples = parts.Train.Count + parts.Validation.Count + (parts.Test?.Count ?? 0);
        return ProgressLine.Show("reading pictures", samples, read => DataInspector.Inspect(path, parts, read));
    }

    private static SampleTransform Augmentation(string? run)
    {
        if (run is null)
            return new SampleTransform(_standard, Normalization.Unit);
        RunConfiguration configuration = RunFolder.Find(run).LoadConfiguration();
        AugmentationSettings settings = configuration.Augmentation;
        AugmentationOptions sizes = DataSource.SizesOf(configuration.Data);
        return new SampleTransform(
            new AugmentationOptions(settings)
            {
                Size = sizes.Size,
                ShorterSide = sizes.ShorterSide,
                Crop = settings is { CropWidth: { } cropWidth, CropHeight: { } cropHeight } ? (cropWidth, cropHeight) : null,
            },
            Normalization.Unit);
    }
}
