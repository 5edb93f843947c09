using System.CommandLine;
using SegFromScratch.Apps.Seg.Console;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.Debug;
using SegFromScratch.Kernels.Checking;
using SegFromScratch.Kernels.Ladders;
using Spectre.Console;

namespace SegFromScratch.Apps.Seg.Commands;

/// <summary><c>seg lab</c>: the ladder of an operation, from the textbook's kernel to the fast one, checked and timed.</summary>
internal static class LabCommand
{
    public static Command Create()
    {
        string forms = string.Join("; ", LadderCatalog.All.Select(ladder => $"{ladder.Name} {ladder.ShapeForm} (if left out {ladder.DefaultShape})"));
        var name = new Argument<string>("name") { Description = $"The operation: {string.Join(", ", LadderCatalog.All.Select(ladder => ladder.Name))}." };
        var rung = new Option<Rung?>("--rung") { Description = "Only this rung." };
        var shape = new Option<string?>("--shape") { Description = $"The sizes. {forms}." };
        var source = new Option<bool>("--source") { Description = "Show the text that ran." };
        Option<string> device = CommonOptions.Device();
        Option<int> threads = CommonOptions.Threads();
        var command = new Command("lab", "Runs the rungs of an operation's ladder: checks each against the definition, times it, and compares it with the device's peak.") { name, rung, shape, source, device, threads };
        command.SetAction(result => Run(result.GetRequiredValue(name), result.GetValue(rung), result.GetValue(shape), result.GetRequiredValue(device), result.GetValue(threads), result.GetValue(source)));
        return command;
    }

    private static int Run(string name, Rung? only, string? shape, string deviceName, int threads, bool source)
    {
        ILadder ladder = LadderCatalog.All.FirstOrDefault(candidate => candidate.Name == name)
            ?? throw new DeviceException($"no ladder is named '{name}': known are {string.Join(", ", LadderCatalog.All.Select(candidate => candidate.Name))}");
        IReadOnlyList<LadderPass> passes = ladder.Passes(shape ?? ladder.DefaultShape);
        using Device device = DeviceCatalog.Open(deviceName, threads, SelfTest.Run);
        double peak = LadderLab.Peak(device);
        string title = $"{device.Name}: {device.Description}{(peak > 0 ? $"; {Rate(peak)} measured in registers" : "")}";
        Table table = new Table().RoundedBorder().Title(Markup.Escape(title)).AddColumns("pass", "rung", "error", "ms", "speed", "of peak", "against first");
        bool isRight = true;
        foreach (LadderPass pass in passes)
        {
            LadderResult[] results = [.. Enum.GetValues<Rung>().Where(rung => rung == (only ?? rung) && HasForm(device, pass.Kernel(rung))).Select(rung => LadderLab.Run(device, pass, rung))];
            if (results.Length == 0)
                throw new DeviceException($"rung {only} has no form on {device.Name}");
            foreach (LadderResult result in results)
                AddRow(table, result, peak, results[0]);
            isRight &= results.All(result => result.IsRight);
        }

        AnsiConsole.Write(table);
        if (source)
            WriteSources(device, passes, only);
        return isRight ? 0 : CommandRunner.Failure;
    }

    private static void AddRow(Table table, LadderResult result, double peak, LadderResult first) => table.AddRow(
        result.Pass.Name,
        $"{result.Rung}",
        result.IsRight ? $"[green]{result.Error:g2}[/]" : $"[red]{result.Error:g2}[/]",
        $"{1e3 * result.Seconds:f3}",
        Rate(result.Rate),
        peak > 0 ? $"{result.Rate / peak:p1}" : "",
        first.Rung == Rung.Naive ? $"{first.Seconds / result.Seconds:f1}x" : "");

    private static string Rate(double operations) => $"{1e-9 * operations:f1} GFLOP/s";

    private static bool HasForm(Device device, KernelDefinition kernel) => device is not CompiledDevice || Text(device, kernel) is not null;

    private static string? Text(Device device, KernelDefinition kernel) => device.Name.StartsWith("cuda", StringComparison.Ordinal) ? kernel.Cuda : device is CompiledDevice ? kernel.OpenCl : kernel.CSharp;

    private static void WriteSources(Device device, IReadOnlyList<LadderPass> passes, Rung? only)
    {
        if (device is DebugDevice)
        {
            System.Console.Out.WriteLine("debug runs the kernels as they are written in C#");
            return;
        }

        IEnumerable<KernelDefinition> kernels = passes.SelectMany(pass => Enum.GetValues<Rung>().Where(rung => rung == (only ?? rung)).Select(pass.Kernel)).Distinct();
        foreach (KernelDefinition kernel in kernels)
        {
            if (Text(device, kernel) is { } text)
                System.Console.Out.WriteLine(text);
        }
    }
}
