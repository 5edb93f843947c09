using System.CommandLine;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Layers.Models;
using Spectre.Console;

namespace SegFromScratch.Apps.Seg.Commands;

/// <summary><c>seg models</c>: which networks there are, and what a network lets choose.</summary>
internal static class ModelsCommand
{
    public static Command Create()
    {
        var name = new Argument<string?>("name") { Description = "A network; its settings are listed. Without it all networks are.", Arity = ArgumentArity.ZeroOrOne };
        var classes = new Option<int>("--classes") { Description = "Logits a pixel, for the number of parameters.", DefaultValueFactory = _ => 21 };
        var command = new Command("models", "Lists the networks with their parameters and sources, or the settings of one.") { name, classes };
        command.SetAction(result => Run(result.GetValue(name), result.GetValue(classes)));
        return command;
    }

    private static int Run(string? name, int classes)
    {
        if (name is null)
            List(classes);
        else
            Describe(name, classes);
        return 0;
    }

    private static void List(int classes)
    {
        Table table = new Table().RoundedBorder().AddColumn("network").AddColumn(new TableColumn("parameters").RightAligned()).AddColumn("what it is").AddColumn("source");
        foreach ((string name, string summary) in ModelCatalog.Models)
            table.AddRow(name, $"{Parameters(name, classes):n0}", Markup.Escape(summary), Markup.Escape(ModelCatalog.SourceOf(name)));
        AnsiConsole.Write(table);
        System.Console.Out.WriteLine($"Trained parameters with {classes} classes. 'seg models NAME' lists what may be chosen, 'seg summary --model NAME' the layers.");
    }

    private static void Describe(string name, int classes)
    {
        IReadOnlyList<ModelSetting> settings = ModelCatalog.SettingsOf(name);
        System.Console.Out.WriteLine($"{name}: {ModelCatalog.Models[name]}");
        System.Console.Out.WriteLine($"source      {ModelCatalog.SourceOf(name)}");
        System.Console.Out.WriteLine($"parameters  {Parameters(name, classes):n0} trained with {classes} classes");
        System.Console.Out.WriteLine();
        foreach (ModelSetting setting in settings)
            System.Console.Out.WriteLine($"--set {setting.Name,-22} {setting.Summary}");
    }

    private static long Parameters(string name, int classes)
    {
        using var cpu = new CpuDevice(1);
        return ModelCatalog.Create(name, new PlanningDevice(cpu), classes, new ModelChoices(), 1).TrainedCount;
    }
}
