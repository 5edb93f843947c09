using System.CommandLine;
using SegFromScratch.Apps.Seg.Console;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.Debug;
using SegFromScratch.Kernels.Tuning;
using SegFromScratch.Kernels.Ladders;
using Spectre.Console;

namespace SegFromScratch.Apps.Seg.Commands;

/// <summary><c>seg lab</c>: the ladder of an operation, from the textbook's kernel to the fast one, checked and timed.</summary>
internal static class LabCommand
{
    public static Command Create()
    {
        string forms = string.Join("; ", LadderCatalog.All.Select(ladder => $"{ladder.Name} {ladder.ShapeForm} (if left out {string.Join(" and ", ladder.DefaultShapes)})"));
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
        string[] shapes = shape is null ? [.. ladder.DefaultShapes] : [shape];
        LadderPass[][] passes = [.. shapes.Select(each => ladder.Passes(each).ToArray())];
        using Device device = DeviceTuner.Open(deviceName, threads);
        var limits = new Limits(LadderLab.Peak(device), LadderLab.Bandwidth(device));
        System.Console.Out.WriteLine($"{device.Name}: {device.Description}{(limits.Peak > 0 ? $"; measured {Rate(limits.Peak)} in registers, {Traffic(limits.Bandwidth)} in a copy" : "")}");
        bool isRight = true;
        for (int i = 0; i < shapes.Length; i++)
            isRight &= Climb(device, shapes[i], passes[i], only, limits);
        if (source)
            WriteSources(device, [.. passes.SelectMany(each => each)], only);
        return isRight ? 0 : CommandRunner.Failure;
    }

    // The table of one shape; whether all of it is right.
    private static bool Climb(Device device, string shape, LadderPass[] passes, Rung? only, in Limits limits)
    {
        Table table = new Table().RoundedBorder().Title(Markup.Escape(shape)).AddColumns("pass", "rung", "error", "ms", "speed", "traffic", "of peak", "against first");
        bool isRight = true;
        var absent = new SortedSet<Rung>();
        foreach (LadderPass pass in passes)
        {
            absent.UnionWith(Rungs(pass, only).Where(rung => !HasForm(device, pass.Kernel(device, rung))));
            LadderResult[] results = [.. Rungs(pass, only).Where(rung => HasForm(device, pass.Kernel(device, rung))).Select(rung => LadderLab.Run(device, pass, rung))];
            if (only is null && results.Length == 0)
                throw new DeviceException($"no rung of {pass.Name} has a form on {device.Name}");
            foreach (LadderResult result in results)
                AddRow(table, result, limits, results[0]);
            isRight &= results.All(result => result.IsRight);
        }

        if (table.Rows.Count == 0)
            throw new DeviceException($"rung {only} has no form on {device.Name}");
        AnsiConsole.Write(table);
        if (absent.Count > 0)
            System.Console.Out.WriteLine($"without a form on {device.Name}: {string.Join(", ", absent)}");
        return isRight;
    }

    private static IEnumerable<Rung> Rungs(LadderPass pass, Rung? only) => pass.Rungs.Where(rung => rung == (only ?? rung));

    private static void AddRow(Table table, LadderResult result, in Limits limits, LadderResult first) => table.AddRow(
        result.Pass.Name,
        $"{result.Rung}",
        result.IsRight ? $"[green]{result.Error:g2}[/]" : $"[red]{result.Error:g2}[/]",
        $"{1e3 * result.Seconds:f3}",
        Rate(result.Rate),
        Traffic(result.Traffic),
        limits.Share(result),
        first.Rung == Rung.Naive ? $"{first.Seconds / result.Seconds:f1}x" : "");

    private static string Rate(double operations) => $"{1e-9 * operations:f1} GFLOP/s";

    private static string Traffic(double bytes) => $"{1e-9 * bytes:f1} GB/s";

    private static bool HasForm(Device device, KernelDefinition kernel) => device is not CompiledDevice || Text(device, kernel) is not null;

    private static string? Text(Device device, KernelDefinition kernel) => device.Name.StartsWith("cuda", StringComparison.Ordinal) ? kernel.Cuda : device is CompiledDevice ? kernel.OpenCl : kernel.CSharp;

    private static void WriteSources(Device device, IReadOnlyList<LadderPass> passes, Rung? only)
    {
        if (device is DebugDevice)
        {
            System.Console.Out.WriteLine("debug runs the kernels as they are written in C#");
            return;
        }

        IEnumerable<KernelDefinition> kernels = passes.SelectMany(pass => Rungs(pass, only).Select(rung => pass.Kernel(device, rung))).Distinct();
        foreach (KernelDefinition kernel in kernels)
        {
            if (Text(device, kernel) is { } text)
                System.Console.Out.WriteLine(text);
        }
    }

    // What the device reaches at best, and a rung's share of the limit that is the tighter one for its work.
    private readonly record struct Limits(double Peak, double Bandwidth)
    {
        public string Share(in LadderResult result)
        {
            if (Peak <= 0)
                return "";
            double arithmetic = result.Rate / Peak, memory = result.Traffic / Bandwidth;
            return arithmetic > memory ? $"{arithmetic:p1} compute" : $"{memory:p1} memory";
        }
    }
}
