using System.CommandLine;
using SegFromScratch.Training.Files;
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
        var html = new Option<string?>("--html") { Description = "Write a page with the tables and curves." };
        var csv = new Option<string?>("--csv") { Description = "Write the table as CSV." };
        var command = new Command("compare", "Compares runs: network, parameters, epochs, best score, and the scores of each class.") { runs, html, csv };
        command.SetAction(result => Run(result.GetRequiredValue(runs), result.GetValue(html), result.GetValue(csv)));
        return command;
    }

    private static int Run(string[] paths, string? html, string? csv)
    {
        var comparison = new RunComparison(ComparedRun.Load(paths.Select(RunFolder.Find)));
        Write(RunComparison.Columns, comparison.Rows());
        if (comparison.ClassNames.Count > 0)
            Write(comparison.ClassColumns, comparison.ClassRows());
        if (comparison.MixesMetrics)
            AnsiConsole.WriteLine(ComparisonPage.MixedMetrics);
        if (html is not null)
        {
            AtomicFile.WriteText(html, ComparisonPage.Create(comparison).ToString());
            AnsiConsole.MarkupLine($"page:  {Markup.Escape(html)}");
        }

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
