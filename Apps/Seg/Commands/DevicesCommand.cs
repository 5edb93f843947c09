using System.CommandLine;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Kernels.Checking;
using SegFromScratch.Kernels.Tuning;
using Spectre.Console;

namespace SegFromScratch.Apps.Seg.Commands;

/// <summary><c>seg devices</c>: what was found, what was rejected and why.</summary>
internal static class DevicesCommand
{
    public static Command Create()
    {
        var command = new Command("devices", "Lists every device found, and for each one rejected why, and what would mend it.");
        command.SetAction(_ => Run());
        return command;
    }

    private static int Run()
    {
        Table table = new Table().RoundedBorder().AddColumns("--device", "hardware", "memory", "state", "chosen by trying");
        var chosen = new Dictionary<string, string>();
        foreach (DeviceReport report in DeviceCatalog.Survey(device => Try(device, chosen)))
        {
            string state = report.IsUsable ? "[green]usable[/]" : $"[yellow]{Markup.Escape(report.Rejection ?? "not usable")}[/]";
            table.AddRow(Markup.Escape(report.Name), Markup.Escape(report.Description), report.MemoryBytes > 0 ? $"{report.MemoryBytes / (double)(1 << 30):f1} GiB" : "", state, Markup.Escape(chosen.GetValueOrDefault(report.Name, "")));
        }

        AnsiConsole.Write(table);
        return 0;
    }

    // Tests a device, and finds out what is fastest on it.
    private static string? Try(Device device, Dictionary<string, string> chosen)
    {
        string? reason = SelfTest.Run(device);
        DeviceTuner.Tune(device, KernelCache.OfUser());
        if (device is CompiledDevice { Identity: not null } compiled)
            chosen[device.Name] = $"{compiled.Tuning}";
        return reason;
    }
}
