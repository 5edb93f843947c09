using System.CommandLine;
using SegFromScratch.Apps.Seg.Benchmarks;
using SegFromScratch.Apps.Seg.Console;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Tuning;
using SegFromScratch.Training.Runs;
using Spectre.Console;

namespace SegFromScratch.Apps.Seg.Commands;

/// <summary><c>seg bench</c>: how long operations and networks take, a JSON object a line; or how the time grows, as a table.</summary>
internal static class BenchCommand
{
    public static Command Create()
    {
        var cases = new Option<string?>("--cases") { HelpName = "file", Description = "A JSON file of cases; without it a small set is built in." };
        var scaling = new Option<bool>("--scaling") { Description = "Instead of cases, show how the time of a U-Net's training step grows with batch, area, filters and threads." };
        var only = new Option<string[]>("--only") { HelpName = "text", Description = "Only cases, or quantities of --scaling, whose name contains one of these.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
        var runs = new Option<int>("--runs") { Description = "Timed runs a pass. Before them it is warmed up: " + WarmUp.Rule + ".", DefaultValueFactory = _ => 7 };
        Option<string> precision = CommonOptions.Precision();
        Option<bool> cudaGraph = CommonOptions.CudaGraph();
        var batchScale = new Option<int>("--batch-scale") { Description = "Multiplies the batch of every case.", DefaultValueFactory = _ => 1 };
        Option<string> device = CommonOptions.Device();
        Option<int> threads = CommonOptions.Threads();
        RequireAtLeastOne(runs);
        RequireAtLeastOne(batchScale);
        var command = new Command("bench", "Times operations and networks: one JSON object a pass, with the median, least and greatest seconds.") { cases, scaling, only, device, runs, precision, cudaGraph, batchScale, threads };
        command.Validators.Add(result =>
        {
            if (result.GetValue(scaling) && (result.GetValue(cases) is not null || result.GetResult(batchScale) is { Implicit: false }))
                result.AddError("--scaling has cases of its own: leave --cases and --batch-scale out");
        });
        command.SetAction(result =>
        {
            var asked = new RunConfiguration { Precision = result.GetRequiredValue(precision), CudaGraph = result.GetValue(cudaGraph) };
            Device Open(int count)
            {
                Device opened = DeviceTuner.Open(result.GetRequiredValue(device), count > 0 ? count : result.GetValue(threads));
                asked.ApplyTo(opened);
                return opened;
            }

            string[] names = result.GetRequiredValue(only);
            if (result.GetValue(scaling))
                return RunScaling(names, Open, result.GetValue(runs));
            IReadOnlyList<IBenchmark> all = result.GetValue(cases) is { } path ? CaseFile.Read(path) : StandardCases.Read();
            return RunCases(Wanted(all, benchmark => benchmark.Name, names), () => Open(0), open => new BenchmarkSetting(open, result.GetValue(runs), result.GetValue(batchScale)));
        });
        return command;
    }

    private static int RunCases(IBenchmark[] cases, Func<Device> open, Func<Device, BenchmarkSetting> makeSetting)
    {
        bool isOwnPeak = true;
        foreach (IBenchmark benchmark in cases)
        {
            isOwnPeak &= PeakMemory.BeginAnew();

            // A device a case: what an earlier one left in the pool would make later ones look larger.
            using Device device = open();
            foreach (Measurement measurement in benchmark.Measure(makeSetting(device)))
                System.Console.Out.WriteLine(BenchmarkRow.ToJson(device.Name, MatrixPrecisions.Name(device.Precision), benchmark.Name, measurement));
        }

        if (!isOwnPeak && cases.Length > 1)
            System.Console.Error.WriteLine("note: this system does not let a process reset its peak memory, so peak_rss_bytes covers earlier cases too");
        return 0;
    }

    private static int RunScaling(string[] only, Func<int, Device> open, int runs)
    {
        int processors = 0;
        using (Device device = open(0))
        {
            if (device is CpuDevice cpu)
                processors = cpu.Threads.Threads;
        }

        Table table = ScalingTable.Create();
        foreach (ScalingStudy study in Wanted(ScalingStudy.All(processors), study => study.Quantity, only))
            ScalingTable.Add(table, study, [.. study.Measure(open, runs)]);
        AnsiConsole.Write(table);
        System.Console.Out.WriteLine("to linear: the time over what linear growth from the first value gives; with threads over what perfect division gives. 1 is linear, more is dearer.");
        return 0;
    }

    private static T[] Wanted<T>(IReadOnlyList<T> all, Func<T, string> name, string[] only)
    {
        T[] wanted = [.. all.Where(one => only.Length == 0 || only.Any(part => name(one).Contains(part, StringComparison.Ordinal)))];
        return wanted.Length > 0
            ? wanted
            : throw new ConfigurationException($"no case's name contains {string.Join(" or ", only)}: the cases are {string.Join(", ", all.Select(name))}.");
    }

    private static void RequireAtLeastOne(Option<int> option) => option.Validators.Add(result =>
    {
        if (result.GetValue(option) < 1)
            result.AddError($"{option.Name} must be at least 1");
    });
}
