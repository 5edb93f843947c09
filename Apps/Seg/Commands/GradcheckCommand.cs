using System.CommandLine;
using SegFromScratch.Apps.Seg.Console;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Kernels.Checking;
using SegFromScratch.Kernels.Tuning;
using Spectre.Console;

namespace SegFromScratch.Apps.Seg.Commands;

/// <summary><c>seg gradcheck</c>: every operation against every device.</summary>
internal static class GradcheckCommand
{
    private static readonly int[] s_channelBlocks = [1, 4, 16];

    public static Command Create()
    {
        var operation = new Option<string?>("--operation") { HelpName = "text", Description = "Only operations whose name contains this." };
        var device = new Option<string?>("--device") { HelpName = "name", Description = "Only this device; without it every usable one." };
        var command = new Command("gradcheck", "Checks every operation: finite differences in double against its reference, its reference against every device.") { operation, device };
        command.SetAction(result => Run(result.GetValue(operation), result.GetValue(device)));
        return command;
    }

    private static int Run(string? operation, string? deviceName)
    {
        OperationCase[] cases = [.. OperationCatalog.Cases.Where(c => operation is null || c.Operation.Contains(operation, StringComparison.OrdinalIgnoreCase))];
        if (cases.Length == 0)
            throw new DeviceException($"no operation is named '{operation}': known are {string.Join(", ", OperationCatalog.Cases.Select(c => c.Operation).Distinct())}");
        List<Column> columns = OpenColumns(deviceName);
        var failures = new List<CheckResult>();
        AnsiConsole.Write(ProgressLine.Show("checking", cases.Length, done => Check(cases, columns, failures, done)));
        AnsiConsole.MarkupLine("Each number is the largest error as a share of what is allowed: 1 is the limit.");
        columns.ForEach(column => column.Device.Dispose());
        foreach (CheckResult failure in failures)
            System.Console.Error.WriteLine($"FAILED {failure}");
        return failures.Count == 0 ? 0 : CommandRunner.Failure;
    }

    private static Table Check(OperationCase[] cases, List<Column> columns, List<CheckResult> failures, Action<int> done)
    {
        Table table = new Table().RoundedBorder().AddColumn("operation").AddColumn("cases").AddColumn("reference");
        foreach (Column column in columns)
            table.AddColumn(Markup.Escape(column.Title));
        int checkedCases = 0;
        foreach (IGrouping<string, OperationCase> group in cases.GroupBy(c => c.Operation))
        {
            var row = new List<string> { group.Key, $"{group.Count()}", Cell(group.SelectMany(GradientChecker.CheckReference), failures) };
            row.AddRange(columns.Select(column => Cell(group.SelectMany(column.Check), failures)));
            table.AddRow([.. row]);
            checkedCases += group.Count();
            done(checkedCases);
        }

        return table;
    }

    private static string Cell(IEnumerable<CheckResult> results, List<CheckResult> failures)
    {
        double worst = 0;
        bool failed = false;
        foreach (CheckResult result in results)
        {
            if (!result.Passed)
            {
                failures.Add(result);
                failed = true;
            }
            else if (result.Tolerance > 0)
            {
                worst = Math.Max(worst, result.Error / result.Tolerance);
            }
        }

        return failed ? "[red]FAILED[/]" : $"[green]{worst:f2}[/]";
    }

    private static List<Column> OpenColumns(string? deviceName)
    {
        if (deviceName is not null)
            return [.. Columns(DeviceTuner.Open(deviceName, 0))];
        var columns = new List<Column>();
        foreach (DeviceReport report in DeviceCatalog.Survey())
        {
            if (report.IsUsable)
                columns.AddRange(Columns(DeviceTuner.Open(report.Name, 0)));
            else
                AnsiConsole.MarkupLine($"[yellow]{Markup.Escape($"{report.Name} is left out: {report.Rejection}")}[/]");
        }

        return columns;
    }

    private static IEnumerable<Column> Columns(Device device)
    {
        yield return new Column(device.Name, device, false, [0]);
        if (device.ChannelBlock(16) == 1)
            yield return new Column($"{device.Name}, blocks of 4 and 16", device, false, s_channelBlocks[1..]);
        else
            yield return new Column($"{device.Name}, first rung", device, true, s_channelBlocks);
    }

    private sealed record Column(string Title, Device Device, bool Naive, int[] ChannelBlocks)
    {
        public List<CheckResult> Check(OperationCase operationCase)
        {
            Device.NaiveKernels = Naive;
            return [.. ChannelBlocks.SelectMany(block => GradientChecker.CheckDevice(operationCase, Device, block))];
        }
    }
}
