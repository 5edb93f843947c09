using SegFromScratch.Training.Files;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Tests.Runs;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RunFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Test]
    public void A_new_folder_has_its_parts()
    {
        RunFolder run = RunFolder.Create(_folder.File("a/b"));
        string path = _folder.File("a/b");
        Assert.That(run.Path, Is.EqualTo(path));
        Assert.That(run.BestCheckpointPath, Is.EqualTo(Path.Combine(path, "checkpoints", "best.safetensors")));
        Assert.That(run.LastCheckpointPath, Is.EqualTo(Path.Combine(path, "checkpoints", "last.safetensors")));
        Assert.That(Directory.Exists(Path.Combine(path, "checkpoints")));
        Assert.That(Directory.Exists(run.SamplesPath));
    }

    [Test]
    public void An_old_run_is_never_written_over()
    {
        RunFolder.Create(_folder.File("run"));
        string message = Assert.Throws<ConfigurationException>(() => RunFolder.Create(_folder.File("run")))!.Message;
        Assert.That(message, Does.EndWith("is not empty: choose another, or resume the run in it."));
    }

    [Test]
    public void Numbers_go_up_and_names_are_safe()
    {
        string root = _folder.File("runs");
        Assert.That(Name(RunFolder.CreateNumbered(root, "DeepLabV3+", "../Cam Vid")), Is.EqualTo("deeplabv3+-cam-vid-001"));
        Assert.That(Name(RunFolder.CreateNumbered(root, "DeepLabV3+", "../Cam Vid")), Is.EqualTo("deeplabv3+-cam-vid-002"));
        Directory.CreateDirectory(Path.Combine(root, "unet-steel-1041"));
        Directory.CreateDirectory(Path.Combine(root, "unet-steel-old"));
        Assert.That(Name(RunFolder.CreateNumbered(root, "unet", "steel")), Is.EqualTo("unet-steel-1042"));
        Assert.That(Directory.GetDirectories(root), Has.Length.EqualTo(5));
    }

    [Test]
    public void Runs_that_start_at_once_get_folders_of_their_own()
    {
        string root = _folder.File("runs");
        string[] names = new string[16];
        Parallel.For(0, names.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => names[i] = Name(RunFolder.CreateNumbered(root, "unet", "steel")));
        Assert.That(names, Is.EquivalentTo(Enumerable.Range(1, 16).Select(number => $"unet-steel-{number:000}")));
    }

    [Test]
    public void Opening_needs_a_run_and_removes_leftovers()
    {
        Assert.That(Assert.Throws<ConfigurationException>(() => RunFolder.Open(_folder.File("none")))!.Message, Does.Contain("There is no run folder"));
        RunFolder created = RunFolder.Create(_folder.File("run"));
        Assert.That(Assert.Throws<ConfigurationException>(() => RunFolder.Open(created.Path))!.Message, Does.Contain("it has no config.json"));
        new RunConfiguration().Save(created.ConfigurationPath);
        string leftover = Path.Combine(created.Path, "checkpoints", ".last.safetensors.00.partial");
        File.WriteAllText(leftover, "");
        Assert.That(RunFolder.Open(created.Path).Path, Is.EqualTo(created.Path));
        Assert.That(File.Exists(leftover), Is.False);
    }

    [Test]
    public void A_folder_under_a_file_is_one_clear_line()
    {
        File.WriteAllText(_folder.File("file"), "");
        string message = Assert.Throws<FileWriteException>(() => RunFolder.Create(_folder.File("file/run")))!.Message;
        Assert.That(message, Does.StartWith("Cannot write '").And.Not.Contain("\n"));
    }

    private static string Name(RunFolder run) => Path.GetFileName(run.Path);
}
