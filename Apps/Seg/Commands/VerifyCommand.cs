using System.CommandLine;
using SegFromScratch.Apps.Seg.Console;
using SegFromScratch.Apps.Seg.Verification;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Kernels.Tuning;
using SegFromScratch.Training.Weights;
using Spectre.Console;

namespace SegFromScratch.Apps.Seg.Commands;

/// <summary><c>seg verify</c>: compares operations with PyTorch's answers in a file.</summary>
internal static class VerifyCommand
{
    private const int MostFailuresShown = 20;

    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "A safetensors file of cases with PyTorch's answers." };
        Option<string> device = CommonOptions.Device("cpu");
        var naive = new Option<bool>("--first-rung") { Description = "Run the textbook kernels even where the device has faster ones." };
        var command = new Command("verify", "Compares operations with PyTorch's answers. Operations that are not built yet are listed, and make the status non-zero.") { file, device, naive };
        command.SetAction(result => Run(result.GetRequiredValue(file), result.GetRequiredValue(device), result.GetValue(naive)));
        return command;
    }

    private static int Run(string path, string deviceName, bool naive)
    {
        using SafeTensorsFile file = SafeTensorsFile.Open(path);
        IReadOnlyList<VerificationCase> cases = VerificationCase.ReadAll(path, file.Metadata);
        using Device device = DeviceTuner.Open(deviceName, 0);
        device.NaiveKernels = naive;
        List<VerificationOutcome> outcomes = ProgressLine.Show($"verifying on {device.Name}", cases.Count, done => Verify(device, file, cases, done));
        return Report(outcomes, device);
    }

    private static List<VerificationOutcome> Verify(Device device, SafeTensorsFile file, IReadOnlyList<VerificationCase> cases, Action<int> done)
    {
        var outcomes = new List<VerificationOutcome>();
        foreach (VerificationCase verificationCase in cases)
        {
            outcomes.Add(Verifier.Verify(device, file, verificationCase));
            done(outcomes.Count);
        }

        return outcomes;
    }

    private static int Report(List<VerificationOutcome> outcomes, Device device)
    {
        Table table = new Table().RoundedBorder().AddColumns("operation", "cases", "passed", "largest error / allowed");
        foreach (IGrouping<string, VerificationOutcome> group in outcomes.GroupBy(outcome => outcome.Case.Operation).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            bool isBuilt = group.First().Error is not null;
            int passed = group.Count(outcome => outcome.Passed);
            table.AddRow(
                group.Key,
                $"{group.Count()}",
                !isBuilt ? "[yellow]unsupported[/]" : passed == group.Count() ? $"[green]{passed}[/]" : $"[red]{passed}[/]",
                isBuilt ? $"{group.Max(outcome => outcome.Error):f3}" : "");
        }

        AnsiConsole.Write(table);
        VerificationOutcome[] failed = [.. outcomes.Where(outcome => outcome.Error is not null && !outcome.Passed)];
        foreach (VerificationOutcome failure in failed.Take(MostFailuresShown))
            System.Console.Error.WriteLine($"FAILED {failure.Case.Name} {failure.Case.Operation} {failure.Case.Parameters}: {failure.Detail}");
        int unsupported = outcomes.Count(outcome => outcome.Error is null);
        System.Console.Out.WriteLine($"{outcomes.Count - failed.Length - unsupported} passed, {failed.Length} failed, {unsupported} unsupported on {device.Name}");
        return failed.Length == 0 && unsupported == 0 ? 0 : CommandRunner.Failure;
    }
}
