using System.CommandLine;
using SegFromScratch.Apps.Seg.Benchmarks;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Kernels.Checking;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Apps.Seg.Commands;

/// <summary><c>seg bench</c>: how long operations and networks take, a JSON object a line.</summary>
internal static class BenchCommand
{
    private const string Precision = "fp32";

    public static Command Create()
    {
        var cases = new Option<string?>("--cases") { Description = "A JSON file of cases; without it a small set is built in." };
        var only = new Option<string[]>("--only") { Description = "Only cases whose name contains one of these.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
        var runs = new Option<int>("--runs") { Description = "Timed runs a pass. Before them it is warmed up: " + BenchmarkSetting.WarmUpRule + ".", DefaultValueFactory = _ => 7 };
        var precision = new Option<string>("--precision") { Description = "The arithmetic.", DefaultValueFactory = _ => Precision };
        precision.AcceptOnlyFromAmong(Precision);
        var batchScale = new Option<int>("--batch-scale") { Description = "Multiplies the batch of every case.", DefaultValueFactory = _ => 1 };
        Option<string> device = CommonOptions.Device();
        Option<int> threads = CommonOptions.Threads();
        RequireAtLeastOne(runs);
        RequireAtLeastOne(batchScale);
        var command = new Command("bench", "Times operations and networks: one JSON object a pass, with the median, least and greatest seconds.") { cases, only, device, runs, precision, batchScale, threads };
        command.SetAction(result => Run(
            result.GetValue(cases) is { } path ? CaseFile.Read(path) : StandardCases.Read(),
            result.GetRequiredValue(only),
            () => DeviceCatalog.Open(result.GetRequiredValue(device), result.GetValue(threads), SelfTest.Run),
            open => new BenchmarkSetting(open, result.GetValue(runs), result.GetValue(batchScale))));
        return command;
    }

    private static int Run(IReadOnlyList<IBenchmark> cases, string[] only, Func<Device> openDevice, Func<Device, BenchmarkSetting> makeSetting)
    {
        IBenchmark[] wanted = [.. cases.Where(benchmark => only.Length == 0 || only.Any(part => benchmark.Name.Contains(part, StringComparison.Ordinal)))];
        if (wanted.Length == 0)
            throw new ConfigurationException($"no case's name contains {string.Join(" or ", only)}: the cases are {string.Join(", ", cases.Select(benchmark => benchmark.Name))}.");
        foreach (IBenchmark benchmark in wanted)
        {
            // A device a case: what an earlier one left in the pool would make later ones look larger.
            using Device device = openDevice();
            foreach (Measurement measurement in benchmark.Measure(makeSetting(device)))
                System.Console.Out.WriteLine(BenchmarkRow.ToJson(device.Name, Precision, benchmark.Name, measurement));
        }

        return 0;
    }

    private static void RequireAtLeastOne(Option<int> option) => option.Validators.Add(result =>
    {
        if (result.GetValue(option) < 1)
            result.AddError($"{option.Name} must be at least 1");
    });
}
