using System.CommandLine;
using SegFromScratch.Apps.Seg.Console;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Kernels.Tuning;
using SegFromScratch.Training.Data;
using SegFromScratch.Training.Files;
using SegFromScratch.Training.Images;
using SegFromScratch.Training.Reports.Comparison;
using SegFromScratch.Training.Runs;
using Spectre.Console;

namespace SegFromScratch.Apps.Seg.Commands;

/// <summary><c>seg compare</c>: runs side by side.</summary>
internal static class CompareCommand
{
    public static Command Create()
    {
        var runs = new Argument<string[]>("runs") { Description = "The folders of the runs.", Arity = ArgumentArity.OneOrMore };
        var html = new Option<string?>("--html") { HelpName = "file", Description = "Write a page with the tables and curves." };
        var csv = new Option<string?>("--csv") { HelpName = "file", Description = "Write the table as CSV." };
        var pictures = new Option<string[]>("--picture") { HelpName = "file", Description = "Show what the best weights of each run predict for these pictures, folders or patterns, and the truth where a run's data have it: as sheets, and in the page.", AllowMultipleArgumentsPerToken = true };
        var outputFolder = new Option<string>("--output") { HelpName = "folder", Description = "The folder to write the sheets of --picture into.", DefaultValueFactory = _ => "comparison" };
        Option<string> device = CommonOptions.Device();
        Option<int> threads = CommonOptions.Threads();
        var command = new Command("compare", "Compares runs: network, parameters, epochs, best score, the scores of each class, and one picture as each of them sees it.") { runs, html, csv, pictures, outputFolder, device, threads };
        command.SetAction(result =>
        {
            IReadOnlyList<string> files = PictureSearch.Find(result.GetValue(pictures) ?? []);
            string output = result.GetRequiredValue(outputFolder);
            string[] folders = result.GetRequiredValue(runs);
            IReadOnlyList<ComparedRun> compared = ComparedRun.Load(folders.Select(RunFolder.Find));
            (string Name, string Folder)[] named = [.. compared.Select((run, index) => (run.Name, folders[index]))];
            IReadOnlyList<ComparedPicture> sheets = files.Count == 0 ? [] : Predict(files, named, output, result.GetRequiredValue(device), result.GetValue(threads));
            return Run(new RunComparison(compared), sheets, output, result.GetValue(html), result.GetValue(csv));
        });
        return command;
    }

    private static IReadOnlyList<ComparedPicture> Predict(IReadOnlyList<string> files, (string Name, string Folder)[] runs, string output, string device, int threads)
    {
        if (files.GroupBy(SheetName, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1) is { } alike)
            throw new ConfigurationException($"{string.Join(" and ", alike.Take(2))} would be written as one; compare them into two folders.");
        using Device opened = DeviceTuner.Open(device, threads);
        IReadOnlyList<ComparedPicture> sheets = ProgressLine.Show("predicting", files.Count * runs.Length, done => ComparedPicture.Create(files, runs, opened, done));
        Directory.CreateDirectory(output);
        foreach (ComparedPicture sheet in sheets)
            ImageFile.WritePng(Path.Combine(output, SheetName(sheet.Path)), sheet.Sheet);
        return sheets;
    }

    private static string SheetName(string file) => $"{Path.GetFileNameWithoutExtension(file)}-compared.png";

    private static int Run(RunComparison comparison, IReadOnlyList<ComparedPicture> pictures, string output, string? html, string? csv)
    {
        Write(RunComparison.Columns, comparison.Rows());
        if (comparison.ClassNames.Count > 0)
            Write(comparison.ClassColumns, comparison.ClassRows());
        if (comparison.MixesMetrics)
            AnsiConsole.WriteLine(ComparisonPage.MixedMetrics);
        if (html is not null)
        {
            AtomicFile.WriteText(html, ComparisonPage.Create(comparison, pictures).ToString());
            AnsiConsole.MarkupLine($"page:  {Markup.Escape(html)}");
        }

        if (pictures.Count > 0)
            AnsiConsole.MarkupLine($"sheets: {pictures.Count} in {Markup.Escape(output)}");
        if (csv is not null)
        {
            AtomicFile.WriteText(csv, comparison.ToCsv());
            AnsiConsole.MarkupLine($"table: {Markup.Escape(csv)}");
        }

        return 0;
    }

    private static void Write(IReadOnlyList<string> columns, IEnumerable<string[]> rows)
    {
        Table table = new Table().RoundedBorder();
        foreach (string column in columns)
            table.AddColumn(Markup.Escape(column));
        foreach (string[] row in rows)
            table.AddRow([.. row.Select(Markup.Escape)]);
        AnsiConsole.Write(table);
    }
}
