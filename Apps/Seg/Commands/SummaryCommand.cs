using System.CommandLine;
using SegFromScratch.Apps.Seg.Console;
using SegFromScratch.Layers.Models;
using SegFromScratch.Training.Files;
using SegFromScratch.Training.Reports.Diagram;
using SegFromScratch.Training.Runs;
using SegFromScratch.Training.Trainer;
using Spectre.Console;

namespace SegFromScratch.Apps.Seg.Commands;

/// <summary><c>seg summary</c>: what a network is made of, and what a training step of it costs, without computing anything.</summary>
internal static class SummaryCommand
{
    public static Command Create()
    {
        Option<string> model = ModelOptions.Model();
        Option<string[]> settings = ModelOptions.Settings();
        var classes = new Option<int>("--classes") { Description = "Logits a pixel.", DefaultValueFactory = _ => 21 };
        var size = new Option<string>("--size") { HelpName = "WIDTHxHEIGHT", Description = "The image, WIDTHxHEIGHT; enlarged to the next size that the network can take.", DefaultValueFactory = _ => "512x512" };
        var batch = new Option<int>("--batch") { Description = "Images a training step.", DefaultValueFactory = _ => 2 };
        var depth = new Option<int>("--depth") { Description = "How many levels of modules to show.", DefaultValueFactory = _ => 2 };
        var diagram = new Option<string?>("--diagram") { HelpName = "file", Description = "Draw the network into this .svg file: its parts, their sizes, and the ways that data take between them." };
        var command = new Command("summary", "Shows a network's modules, sizes, parameters, multiply-adds and the memory of a training step.") { model, settings, classes, size, batch, depth, diagram };
        command.SetAction(result => Run(
            ModelOptions.With(new NamedOptions { Name = result.GetRequiredValue(model) }, result.GetValue(settings)),
            result.GetValue(classes),
            TrainOptions.ReadSize(result.GetRequiredValue(size), "--size"),
            result.GetValue(batch),
            result.GetValue(depth),
            result.GetValue(diagram)));
        return command;
    }

    private static int Run(NamedOptions network, int classes, (int Width, int Height) size, int batch, int depth, string? diagram)
    {
        string name = network.Name;
        ModelPlan plan = ModelPlan.Make(name, ModelChoicesReader.Read(network), classes, size.Width, size.Height, batch);
        var table = new Table().RoundedBorder().AddColumns("module", "output", "parameters", "multiply-adds an image");
        foreach (ModelPlanRow row in plan.Rows.Where(row => row.Level <= depth))
        {
            table.AddRow(
                Markup.Escape(new string(' ', 2 * (row.Level - 1)) + row.Name),
                $"{row.Output}",
                row.Parameters == 0 ? "" : $"{row.Parameters:n0}",
                row.MultiplyAdds == 0 ? "" : Counted(row.MultiplyAdds / batch));
        }

        AnsiConsole.Write(table);
        System.Console.Out.WriteLine($"{name}: {ModelCatalog.Models[name]}");
        System.Console.Out.WriteLine($"input          {plan.Input}, logits {plan.Logits}");
        System.Console.Out.WriteLine($"parameters     {plan.Model.TrainedCount:n0} trained, {plan.Model.TotalCount:n0} in all");
        System.Console.Out.WriteLine($"multiply-adds  {Counted(plan.MultiplyAdds / batch)} an image, forward, with all heads");
        System.Console.Out.WriteLine($"training step  {Mebibytes(plan.PeakBytes)} at most, of it weights {Mebibytes(plan.WeightBytes)}, without what the optimiser remembers");
        if (diagram is not null)
        {
            AtomicFile.WriteText(diagram, NetworkDiagram.Draw($"{name}, {classes} classes, image {plan.Input.Width}x{plan.Input.Height}", NetworkGraph.Of(plan.Model, plan.Input)));
            System.Console.Out.WriteLine($"diagram        {diagram}");
        }

        return 0;
    }

    private static string Counted(long number) =>
        number >= 1_000_000_000 ? $"{number / 1e9:f2} G" : number >= 1_000_000 ? $"{number / 1e6:f2} M" : $"{number:n0}";

    private static string Mebibytes(long bytes) => $"{bytes / (double)(1 << 20):n1} MiB";
}
