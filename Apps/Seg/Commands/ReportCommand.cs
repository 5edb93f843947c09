using System.CommandLine;
using SegFromScratch.Training.Reports;
using SegFromScratch.Training.Runs;
using Spectre.Console;

namespace SegFromScratch.Apps.Seg.Commands;

/// <summary><c>seg report</c>: the page of a run, anew.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var run = new Option<string>("--run") { HelpName = "folder", Description = "The folder of the run.", Required = true };
        var command = new Command("report", "Writes the report.html of a run anew, from what is in its folder.") { run };
        command.SetAction(result =>
        {
            RunFolder folder = RunFolder.Find(result.GetRequiredValue(run));
            RunReport.Write(folder);
            AnsiConsole.MarkupLine($"page: {Markup.Escape(Path.GetRelativePath(Environment.CurrentDirectory, folder.ReportPath))}");
            return 0;
        });
        return command;
    }
}
