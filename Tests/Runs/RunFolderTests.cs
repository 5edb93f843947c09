using SegFromScratch.Training.Files;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Tests.Runs;

public sealed class RunFolderTests : FolderTests
{
    [Test]
    public void A_new_folder_has_its_parts()
    {
        RunFolder run = RunFolder.Create(Folder.File("a/b"));
        string path = Folder.File("a/b");
        Assert.That(run.Path, Is.EqualTo(path));
        Assert.That(run.BestCheckpointPath, Is.EqualTo(Path.Combine(path, "checkpoints", "best.safetensors")));
        Assert.That(run.LastCheckpointPath, Is.EqualTo(Path.Combine(path, "checkpoints", "last.safetensors")));
        Assert.That(Directory.Exists(Path.Combine(path, "checkpoints")));
        Assert.That(Directory.Exists(run.SamplesPath));
    }

    [Test]
    public void An_old_run_is_never_written_over()
    {
        new RunConfiguration().Save(RunFolder.Create(Folder.File("run")).ConfigurationPath);
        string message = Assert.Throws<ConfigurationException>(() => RunFolder.Create(Folder.File("run")))!.Message;
        Assert.That(message, Does.EndWith("is not empty: choose another, or resume the run in it."));
    }

    // The moments of a start at which it can be killed, in their order.
    [TestCase("checkpoints/")]
    [TestCase("checkpoints/", "samples/")]
    [TestCase("checkpoints/", "samples/", ".split.json.00.partial")]
    [TestCase("checkpoints/", "samples/", "split.json")]
    [TestCase("checkpoints/", "samples/", "split.json", ".config.json.00.partial")]
    public void What_an_interrupted_start_leaves_is_started_again_and_not_resumed(params string[] left)
    {
        string path = Fill(left);
        string message = Assert.Throws<ConfigurationException>(() => RunFolder.Open(path))!.Message;
        Assert.That(message, Does.StartWith($"Nothing was trained yet in '{path}'").And.Contain("without --resume").And.Not.Contain("\n"));
        RunFolder run = RunFolder.Create(path);
        Assert.That(run.Path, Is.EqualTo(path));
        Assert.That(Directory.EnumerateFiles(path, ".*", new EnumerationOptions { AttributesToSkip = 0 }), Is.Empty);
        Assert.That(Directory.Exists(run.SamplesPath));
    }

    // Whatever else there is belongs to somebody, and is neither written over nor called a start.
    [TestCase("split.json")]
    [TestCase("samples/")]
    [TestCase("checkpoints/", "split.json")]
    [TestCase("checkpoints/", "samples/", "notes.txt")]
    [TestCase("checkpoints/", "samples/", "pictures/")]
    [TestCase("checkpoints/best.safetensors", "samples/")]
    [TestCase("checkpoints/", "samples/1.png", "split.json")]
    public void What_somebody_else_left_is_kept(params string[] left)
    {
        string path = Fill(left);
        Assert.That(() => RunFolder.Create(path), Throws.TypeOf<ConfigurationException>().With.Message.EndsWith("is not empty: choose another, or resume the run in it."));
        Assert.That(() => RunFolder.Open(path), Throws.TypeOf<ConfigurationException>().With.Message.EndsWith("holds no run: it has no config.json."));
        foreach (string name in left)
            Assert.That(name.EndsWith('/') ? Directory.Exists(Path.Combine(path, name)) : File.Exists(Path.Combine(path, name)), name);
    }

    [Test]
    public void Numbers_go_up_and_names_are_safe()
    {
        string root = Folder.File("runs");
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
        string root = Folder.File("runs");
        string[] names = new string[16];
        Parallel.For(0, names.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => names[i] = Name(RunFolder.CreateNumbered(root, "unet", "steel")));
        Assert.That(names, Is.EquivalentTo(Enumerable.Range(1, 16).Select(number => $"unet-steel-{number:000}")));
    }

    [Test]
    public void What_a_start_left_that_was_killed_before_it_had_a_number_goes_an_hour_later()
    {
        string root = Folder.File("runs"), guid = new('a', 32);
        string Unnamed(string name, int minutesAgo, params string[] files)
        {
            string path = Path.Combine(root, name);
            Directory.CreateDirectory(Path.Combine(path, "checkpoints"));
            foreach (string file in files)
                File.WriteAllText(Path.Combine(path, file), "");
            Directory.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddMinutes(-minutesAgo));
            return path;
        }

        string old = Unnamed($".unet-steel-{guid}", 61), anothers = Unnamed($".fcn-pets-{guid}", 600);
        string[] kept = [Unnamed($".unet-camvid-{guid}", 59), Unnamed($".unet-voc-{guid}", 61, "notes.txt"), Unnamed(".unet-steel-001", 61), Unnamed($"unet-steel-{guid}", 61)];
        string created = RunFolder.CreateNumbered(root, "unet", "steel").Path;
        Assert.That(Directory.GetDirectories(root), Is.EquivalentTo(kept.Append(created)));
        Assert.That(Directory.Exists(old) || Directory.Exists(anothers), Is.False);
    }

    [Test]
    public void Opening_needs_a_run_and_removes_leftovers()
    {
        Assert.That(Assert.Throws<ConfigurationException>(() => RunFolder.Open(Folder.File("none")))!.Message, Does.Contain("There is no run folder"));
        Assert.That(Assert.Throws<ConfigurationException>(() => RunFolder.Open(Folder.Path))!.Message, Does.Contain("it has no config.json"));
        RunFolder created = RunFolder.Create(Folder.File("run"));
        new RunConfiguration().Save(created.ConfigurationPath);
        Directory.CreateDirectory(Path.Combine(created.Path, RunFolder.PicturesName));
        string[] leftovers = [.. ((string[])["", "checkpoints", "samples", RunFolder.PicturesName]).Select(inside => Path.Combine(created.Path, inside, ".a.00.partial"))];
        foreach (string leftover in leftovers)
            File.WriteAllText(leftover, "");
        Assert.That(RunFolder.Open(created.Path).Path, Is.EqualTo(created.Path));
        Assert.That(leftovers.Where(File.Exists), Is.Empty);
    }

    [Test]
    public void A_folder_under_a_file_is_one_clear_line()
    {
        File.WriteAllText(Folder.File("file"), "");
        string message = Assert.Throws<FileWriteException>(() => RunFolder.Create(Folder.File("file/run")))!.Message;
        Assert.That(message, Does.StartWith("Cannot write '").And.Not.Contain("\n"));
    }

    private string Fill(string[] entries)
    {
        string path = Folder.File("run");
        Directory.CreateDirectory(path);
        foreach (string entry in entries)
        {
            if (entry.EndsWith('/'))
                Directory.CreateDirectory(Path.Combine(path, entry));
            else
                Folder.WriteText(Path.Combine("run", entry), "{}");
        }

        return path;
    }

    private static string Name(RunFolder run) => Path.GetFileName(run.Path);
}
