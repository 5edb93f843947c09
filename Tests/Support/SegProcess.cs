using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SegFromScratch.Tests.Support;

/// <summary>The built <c>seg</c> as a process of its own, for tests that kill it or take something away from it.</summary>
internal sealed class SegProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output, _error;

    private SegProcess(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;

        // Memory that is mapped twice counts as a file, which a limit on the size of files would refuse.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        _process = Process.Start(start)!;
        (_output, _error) = (_process.StandardOutput.ReadToEndAsync(), _process.StandardError.ReadToEndAsync());
    }

    /// <summary>True once it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Starts the command.</summary>
    public static SegProcess Start(params string[] arguments) => new(new ProcessStartInfo(Program, [Command, .. arguments]));

    /// <summary>Starts the command through another one, which gets it as its last arguments.</summary>
    /// <param name="through">The other command and its own arguments.</param>
    /// <param name="arguments">The arguments of <c>seg</c>.</param>
    public static SegProcess StartThrough(string[] through, params string[] arguments) =>
        new(new ProcessStartInfo(through[0], [.. through[1..], Program, Command, .. arguments]));

    /// <summary>Runs the command to its end.</summary>
    public static CommandRun Run(params string[] arguments)
    {
        using SegProcess process = Start(arguments);
        return process.Wait();
    }

    /// <summary>Ends it at once, as SIGKILL does: nothing is written, flushed or closed any more.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Waits until it has ended by itself.</summary>
    public CommandRun Wait()
    {
        _process.WaitForExit();
        return new CommandRun(_process.ExitCode, _output.Result, _error.Result);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
            Kill();
        _process.Dispose();
    }

    private static string Command => Path.Combine(TestContext.CurrentContext.TestDirectory, "seg.dll");

    // Three folders above the framework's own: ROOT/shared/Microsoft.NETCore.App/VERSION.
    private static string Program =>
        Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
}
