using System.Diagnostics;

namespace SegFromScratch.Tests.Cpu;

/// <summary>
/// The convolutions as a processor with fewer instructions computes them. The runtime decides once, at its start, which vectors there are, so the checks run in a process of their own;
/// <c>seg gradcheck</c> does the same for all operations.
/// </summary>
public sealed class FewerInstructionsTests
{
    private const int LongestSeconds = 240;

    [TestCase("DOTNET_EnableAVX512", "AVX-512")]
    [TestCase("DOTNET_EnableHWIntrinsic", "256-bit")]
    public void Convolutions_hold_without(string variable, string vectors)
    {
        string devices = Run(variable, "devices");
        Assert.That(devices, Does.Contain("managed code").And.Not.Contain(vectors));
        string table = Run(variable, "gradcheck", "--device", "cpu", "--operation", "convolution");
        Assert.That(table, Does.Contain("transposed convolution"));
    }

    private static string Run(string variable, params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "seg.dll"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment[variable] = "0";
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(), output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromSeconds(LongestSeconds)))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"not done after {LongestSeconds} s");
        }

        Assert.That(process.ExitCode, Is.Zero, errors.Result);
        return output.Result;
    }
}
