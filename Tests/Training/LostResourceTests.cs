using SegFromScratch.Training.Files;

namespace SegFromScratch.Tests.Training;

/// <summary>
/// The disk fills, a picture vanishes, a folder refuses: one clear line with the file and the mend, a status that is not 0, and what was saved is still there. Once mended, the run goes on
/// and ends in the bytes of one that nothing happened to.
/// </summary>
[NonParallelizable]
public sealed class LostResourceTests : FolderTests
{
    private const string Epochs = "12";

    private static readonly string[] s_ends = ["checkpoints/last.safetensors", "checkpoints/best.safetensors", "steps.csv", "metrics.csv"];

    private string Data => Folder["data"];

    private string RunPath => Folder["run"];

    [SetUp]
    public void NeedsLinux()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Ignore("Limits and file systems are set up as Linux has them.");
        foreach (string source in Directory.EnumerateFiles(TinyRun.Data, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(Data, Path.GetRelativePath(TinyRun.Data, source));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(source, copy);
        }
    }

    [Test]
    public void A_full_disk()
    {
        // In a name space of its own, an ordinary user may mount a file system of 2 MB, fill it, and make room again.
        const string Scenario = """
            set -u
            disk=$1 out=$2; shift 2
            mount -t tmpfs -o size=2m none "$disk" || exit 77
            "$@" --run "$disk/run" >/dev/null 2>&1 & process=$!
            while [ ! -s "$disk/run/checkpoints/last.safetensors" ] && kill -0 $process; do sleep 0.02; done
            kill -9 $process; wait $process
            cp "$disk/run/checkpoints/last.safetensors" "$out/kept" || exit 78
            cat /dev/zero > "$disk/fill" 2>/dev/null
            "${@:1:2}" train --resume "$disk/run" 2>"$out/error" >/dev/null; echo $? > "$out/status"
            cmp "$disk/run/checkpoints/last.safetensors" "$out/kept" || exit 79
            rm "$disk/fill"
            "${@:1:2}" train --resume "$disk/run" >/dev/null || exit 80
            cp -r "$disk/run" "$out/run"
            """;
        Directory.CreateDirectory(Folder["disk"]);
        Directory.CreateDirectory(Folder["out"]);
        Folder.WriteText("scenario.sh", Scenario);
        using SegProcess process = SegProcess.StartThrough(["unshare", "--map-root-user", "--mount", "bash", Folder["scenario.sh"], Folder["disk"], Folder["out"]], Begin());
        CommandRun end = process.Wait();
        if (end.Status is 1 or 77 && !File.Exists(Folder["out/kept"]))
            Assert.Ignore($"This machine lets nobody mount a file system of their own: {end.Error.Trim()}");
        Assert.That(end.Status, Is.Zero, end.Error);
        AssertOneLine(int.Parse(File.ReadAllText(Folder["out/status"])), File.ReadAllText(Folder["out/error"]), Folder["disk/run"], "make room there", "seg train --resume ");
        AssertEndsLikeUnbroken(Folder["out/run"]);
    }

    [Test]
    public void A_limit_on_the_size_of_files()
    {
        byte[] kept = KilledAfterAnEpoch();

        // In KiB: too little for the page, for a checkpoint, and for the second of them.
        foreach (int limit in (int[])[8, 60, 110])
        {
            using SegProcess limited = SegProcess.StartThrough(["bash", "-c", $"trap '' XFSZ; ulimit -f {limit}; exec \"$@\"", "bash"], "train", "--resume", RunPath);
            CommandRun end = limited.Wait();
            AssertOneLine(end.Status, end.Error, RunPath, "ulimit -f", "raise the limit", "seg train --resume ");
            Assert.That(File.ReadAllBytes(Path.Combine(RunPath, s_ends[0])), Is.EqualTo(kept), $"after {limit} KiB");
        }

        AssertEndsLikeUnbroken(RunPath, resume: true);
    }

    [Test]
    public void A_picture_that_vanishes_while_it_trains()
    {
        string picture = Directory.EnumerateFiles(Path.Combine(Data, "train_images")).Order(StringComparer.Ordinal).First(), aside = Folder["aside"];
        CommandRun end;
        using (SegProcess process = SegProcess.Start([.. Begin(), "--run", RunPath]))
        {
            WaitForAnEpoch(process);
            File.Move(picture, aside);
            end = process.Wait();
        }

        AssertOneLine(end.Status, end.Error, picture, "the file is missing", "Put it back", "seg train --resume ");
        File.Move(aside, picture);
        AssertEndsLikeUnbroken(RunPath, resume: true);
    }

    [Test]
    public void A_picture_that_is_gone_when_the_run_goes_on()
    {
        byte[] kept = KilledAfterAnEpoch();
        string picture = Directory.EnumerateFiles(Path.Combine(Data, "train_images")).Order(StringComparer.Ordinal).First(), aside = Folder["aside"];
        File.Move(picture, aside);
        CommandRun end = SegProcess.Run("train", "--resume", RunPath);
        AssertOneLine(end.Status, end.Error, Path.GetFileName(picture));
        Assert.That(File.ReadAllBytes(Path.Combine(RunPath, s_ends[0])), Is.EqualTo(kept));
        File.Move(aside, picture);
        AssertEndsLikeUnbroken(RunPath, resume: true);
    }

    [Test]
    public void A_folder_that_cannot_be_written()
    {
        Folder.WriteText("file", "no folder");
        CommandRun under = SegProcess.Run([.. Begin(), "--run", Folder["file/run"]]), process = SegProcess.Run([.. Begin(), "--run", "/proc/run"]);
        AssertOneLine(under.Status, under.Error, Folder["file/run"], "choose another");
        AssertOneLine(process.Status, process.Error, "/proc/run", "choose another");
        Assert.That(File.ReadAllText(Folder["file"]), Is.EqualTo("no folder"));

        // A folder where a file is due refuses the administrator too.
        byte[] kept = KilledAfterAnEpoch();
        File.Delete(Path.Combine(RunPath, "report.html"));
        Directory.CreateDirectory(Path.Combine(RunPath, "report.html"));
        CommandRun end = SegProcess.Run("train", "--resume", RunPath);
        AssertOneLine(end.Status, end.Error, Path.Combine(RunPath, "report.html"), "seg train --resume ");
        Assert.That(File.ReadAllBytes(Path.Combine(RunPath, s_ends[0])), Is.EqualTo(kept));
        Directory.Delete(Path.Combine(RunPath, "report.html"));
        AssertEndsLikeUnbroken(RunPath, resume: true);
    }

    private static void AssertOneLine(int status, string error, params string[] parts)
    {
        Assert.Multiple(() =>
        {
            Assert.That(status, Is.EqualTo(1), error);
            Assert.That(error.TrimEnd('\n').Split('\n'), Has.Length.EqualTo(1), error);
            Assert.That(error, Does.StartWith("error: "));
            foreach (string part in parts)
                Assert.That(error, Does.Contain(part));
        });
    }

    private string[] Begin() =>
        ["train", "--data", Data, "--base-filters", "2", "--epochs", Epochs, "--batch", "2", "--seed", "7", "--device", "cpu", "--threads", "1"];

    // The newest checkpoint of a run that was killed after its first epoch, or a little later.
    private byte[] KilledAfterAnEpoch()
    {
        using SegProcess process = SegProcess.Start([.. Begin(), "--run", RunPath]);
        WaitForAnEpoch(process);
        process.Kill();
        AtomicFile.RemoveLeftovers(Path.Combine(RunPath, "checkpoints"));
        return File.ReadAllBytes(Path.Combine(RunPath, s_ends[0]));
    }

    private void WaitForAnEpoch(SegProcess process)
    {
        while (!process.HasExited && !File.Exists(Path.Combine(RunPath, s_ends[0])))
            Thread.Sleep(1);
        Assert.That(process.HasExited, Is.False, "the run was over before anything could happen to it");
    }

    private void AssertEndsLikeUnbroken(string run, bool resume = false)
    {
        if (resume)
        {
            CommandRun end = SegProcess.Run("train", "--resume", run);
            Assert.That((end.Status, end.Error), Is.EqualTo((0, "")));
        }

        CommandRun unbroken = SegProcess.Run([.. Begin(), "--run", Folder["whole"]]);
        Assert.That((unbroken.Status, unbroken.Error), Is.EqualTo((0, "")));
        foreach (string file in s_ends)
            Assert.That(File.ReadAllBytes(Path.Combine(run, file)), Is.EqualTo(File.ReadAllBytes(Path.Combine(Folder["whole"], file))), file);
    }
}
