using System.Diagnostics;
using System.Text.Json;
using SegFromScratch.Kernels.Ladders;
using SegFromScratch.Tests.Support;

namespace SegFromScratch.Tests.Apps;

/// <summary>The script that checks a machine with a GPU, with programs in place of <c>seg</c>, the tests and Python that answer at once: what it makes of their answers.</summary>
public sealed class GpuCheckScriptTests
{
    private const string Seg = """
        #!/bin/sh
        case $1 in
            gradcheck) exit ${GRADCHECK:-0} ;;
            profile) echo '1 ms a step in kernels; outside kernels: 2.0 % of the time' ;;
            lab) echo "a \"ladder\" of $2" ;;
            bench) echo "{\"engine\":\"SegFromScratch\",\"case\":\"conv\",\"pass\":\"forward\",\"seconds\":0.002,\"min\":0.001}"; echo '{"torn' ;;
        esac
        """;

    private const string Tests = """
        #!/bin/sh
        echo '  total: 12'
        echo '  failed: 0'
        echo '  succeeded: 11'
        echo '  skipped: 1'
        """;

    // PyTorch's second format is the faster one, and counts.
    private const string Python = """
        #!/bin/sh
        [ "$1" = -c ] && { echo '1.13.1 cpu'; exit 0; }
        seconds=0.004
        for option; do [ "$option" = --channels-last ] && seconds=0.003; done
        echo "{\"engine\": \"pytorch\", \"case\": \"conv\", \"pass\": \"forward\", \"seconds\": $seconds, \"min\": 0.001}"
        """;

    [Test]
    public void Everything_is_run_and_PyTorch_stands_beside_it()
    {
        (int status, JsonElement result, _) = Run([], "--peer", "torch_peer.py", "--python", "./python");
        Assert.Multiple(() =>
        {
            Assert.That(status, Is.Zero);
            Assert.That(result.GetProperty("failed").GetString(), Is.Empty);
            Assert.That(result.GetProperty("sections").EnumerateObject().Select(section => section.Name), Is.SupersetOf((string[])["devices", "gradcheck", .. LadderCatalog.All.Select(ladder => $"lab-{ladder.Name}"), "tests", "profile", "bench-fp32", "bench-fp32-x8", "pytorch-fp32--channels-last"]));
            Assert.That(result.GetProperty("tests").GetProperty("succeeded").GetInt32(), Is.EqualTo(11));
            Assert.That(result.GetProperty("sanitizer").GetString(), Is.EqualTo("absent").Or.EqualTo("ran over gradcheck"));
            Assert.That(result.GetProperty("outside_kernels").GetString(), Does.Contain("2.0 %"));
            Assert.That(result.GetProperty("ladders")[0].GetString(), Is.EqualTo("a \"ladder\" of batch-normalization"));
            Assert.That(result.GetProperty("bench").GetArrayLength(), Is.EqualTo(2), "without the torn rows");
            Assert.That(result.GetProperty("ratios").EnumerateArray().Select(ratio => (ratio.GetProperty("run").GetString(), ratio.GetProperty("case").GetString(), ratio.GetProperty("ratio").GetDouble())), Is.EqualTo([("fp32", "conv", 1.5), ("fp32-x8", "conv", 1.5)]));
        });
    }

    [Test]
    public void What_fails_is_named_and_the_rest_is_run()
    {
        (int status, JsonElement result, string error) = Run(new() { ["GRADCHECK"] = "3" }, "--stage", "check");
        Assert.That(status, Is.EqualTo(1));
        Assert.That(result.GetProperty("failed").GetString(), Is.EqualTo("gradcheck"));
        Assert.That(error, Does.Contain("failed: gradcheck"));
        Assert.That(result.GetProperty("sections").GetProperty("gradcheck").GetProperty("exit").GetInt32(), Is.EqualTo(3));
        Assert.That(result.GetProperty("sections").GetProperty("tests").GetProperty("exit").GetInt32(), Is.Zero);
        Assert.That(result.GetProperty("sections").TryGetProperty("profile", out _), Is.False, "another stage");
    }

    [Test]
    public void What_no_time_is_left_for_counts_as_failed()
    {
        (int status, JsonElement result, _) = Run([], "--stage", "bench", "--total", "0");
        Assert.That(status, Is.EqualTo(1));
        Assert.That(result.GetProperty("failed").GetString(), Is.EqualTo("devices profile bench-fp32"));
        Assert.That(result.GetProperty("sections").GetProperty("profile").GetProperty("exit").GetInt32(), Is.EqualTo(125));
    }

    [TestCase("--device")]
    [TestCase("--stage", "none")]
    [TestCase("--speed", "9")]
    public void Options_that_it_does_not_know_are_refused(params string[] options)
    {
        using var folder = new TemporaryFolder();
        Assert.That(Start(folder, [], options).Status, Is.EqualTo(2));
    }

    private static (int Status, JsonElement Result, string Error) Run(Dictionary<string, string> environment, params string[] options)
    {
        using var folder = new TemporaryFolder();
        (int status, string error) = Start(folder, environment, ["--device", "opencl", .. options]);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.Path, "result.json")));
        return (status, document.RootElement.Clone(), error);
    }

    private static (int Status, string Error) Start(TemporaryFolder folder, Dictionary<string, string> environment, string[] options)
    {
        if (OperatingSystem.IsWindows())
            Assert.Ignore("a script for Linux");
        using (Stream source = typeof(GpuCheckScriptTests).Assembly.GetManifestResourceStream("GpuCheck/check.sh")!)
        using (FileStream script = File.Create(Path.Combine(folder.Path, "check.sh")))
            source.CopyTo(script);
        Write("seg", Seg);
        Write("SegFromScratch.Tests", Tests);
        Write("python", Python);
        Write("torch_peer.py", "");
        Write("cases.json", "{}");
        var start = new ProcessStartInfo("/bin/sh", ["check.sh", .. options]) { WorkingDirectory = folder.Path, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        _ = output.Result;
        return (process.ExitCode, error);

        void Write(string name, string text)
        {
            string path = Path.Combine(folder.Path, name);
            File.WriteAllText(path, text.ReplaceLineEndings("\n") + "\n");
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
