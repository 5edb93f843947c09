using System.Diagnostics;
using System.Text;

namespace SegFromScratch.Tests.Weights;

/// <summary>Runs Python with PyTorch, the other side that files are exchanged with; a test without it is skipped.</summary>
internal static class PyTorchPython
{
    private const string Python = "/usr/bin/python3";

    private static readonly Lazy<bool> _isThere = new(() => File.Exists(Python) && Start("import torch, numpy", []).Code == 0);

    /// <summary>Runs a script and gives what it printed.</summary>
    public static string Run(string script, params string[] arguments)
    {
        if (!_isThere.Value)
            Assert.Ignore($"{Python} with PyTorch is not installed.");
        (int code, string output) = Start(script, arguments);
        Assert.That(code, Is.Zero, output);
        return output.ReplaceLineEndings("\n").TrimEnd();
    }

    private static (int Code, string Output) Start(string script, string[] arguments)
    {
        ProcessStartInfo start = new(Python, ["-c", script, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8 };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, process.ExitCode == 0 ? output : output + errors.Result);
    }
}
