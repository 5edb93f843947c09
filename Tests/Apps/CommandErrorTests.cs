using SegFromScratch.Tests.Training;
using SegFromScratch.Training.Images;

namespace SegFromScratch.Tests.Apps;

/// <summary>Wrong things get one clear line and a non-zero status, never a stack trace.</summary>
[NonParallelizable]
public sealed class CommandErrorTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("seg-errors").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, true);

    [Test]
    public void A_missing_data_folder() => AssertError("no such folder", "train", "--data", Path.Combine(_folder, "nowhere"));

    [Test]
    public void A_folder_without_a_known_layout() => AssertError("no known layout", "train", "--data", _folder);

    [Test]
    public void An_empty_data_set()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "images"));
        Directory.CreateDirectory(Path.Combine(_folder, "masks"));
        AssertError("images", "train", "--data", _folder);
    }

    [Test]
    public void An_image_and_a_mask_of_different_sizes()
    {
        WriteSamples(3);
        ImageFile.WritePng(Path.Combine(_folder, "masks", "1.png"), new IndexMask(33, 32, new byte[33 * 32]), null);
        AssertError("1.png", "train", "--data", _folder, "--device", "cpu", "--base-filters", "1", "--batch", "1", "--run", Path.Combine(_folder, "run"));
    }

    [Test]
    public void A_mask_value_out_of_range()
    {
        WriteSamples(3);
        File.WriteAllText(Path.Combine(_folder, "classes.txt"), "nothing\nsomething\n");
        byte[] labels = new byte[1024];
        labels[100] = 7;
        ImageFile.WritePng(Path.Combine(_folder, "masks", "1.png"), new IndexMask(32, 32, labels), null);
        AssertError("7", "train", "--data", _folder, "--device", "cpu", "--base-filters", "1", "--batch", "1", "--run", Path.Combine(_folder, "run"));
    }

    [Test]
    public void A_run_length_out_of_bounds()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "train_images"));
        for (int i = 0; i < 4; i++)
            ImageFile.WritePng(Path.Combine(_folder, "train_images", $"{i}.png"), new Image(32, 32, 3));
        File.WriteAllText(Path.Combine(_folder, "train.csv"), "ImageId,ClassId,EncodedPixels\n0.png,1,1020 10\n1.png,1,1020 10\n2.png,1,1020 10\n3.png,1,1020 10\n");
        AssertError("train.csv", "train", "--data", _folder, "--device", "cpu", "--base-filters", "1", "--batch", "1", "--run", Path.Combine(_folder, "run"));
    }

    [Test]
    public void An_unknown_device() => AssertError("'gpu'", "train", "--data", TinyRun.Data, "--device", "gpu", "--run", Path.Combine(_folder, "run"));

    [Test]
    public void A_truncated_checkpoint()
    {
        string run = TrainTiny();
        string checkpoint = Path.Combine(run, "checkpoints", "best.safetensors");
        File.WriteAllBytes(checkpoint, File.ReadAllBytes(checkpoint)[..^100]);
        AssertError("best.safetensors", "evaluate", "--run", run, "--device", "cpu");
    }

    [Test]
    public void A_checkpoint_of_another_model()
    {
        string run = TrainTiny(), configuration = Path.Combine(run, "config.json");
        File.WriteAllText(configuration, File.ReadAllText(configuration).Replace("\"base_filters\": 1", "\"base_filters\": 2", StringComparison.Ordinal));
        AssertError("best.safetensors", "evaluate", "--run", run, "--device", "cpu");
    }

    [Test]
    public void A_size_that_the_network_cannot_take_is_padded_and_cropped_back()
    {
        string run = TrainTiny(), picture = Path.Combine(_folder, "odd.png"), output = Path.Combine(_folder, "out");
        ImageFile.WritePng(picture, new Image(37, 21, 3));
        (int status, _, string error) = CommandRun.Of("predict", "--run", run, "--device", "cpu", "--output", output, picture);
        Assert.That((status, error), Is.EqualTo((0, "")));
        Assert.That(ImageFile.ReadSize(Path.Combine(output, "odd-overlay.png")), Is.EqualTo((37, 21)));
    }

    [Test]
    public void A_missing_picture() => AssertError("no such picture", "predict", "--run", TrainTiny(), "--device", "cpu", Path.Combine(_folder, "nothing.png"));

    [Test]
    public void A_missing_run() => AssertError("no run folder", "evaluate", "--run", Path.Combine(_folder, "no-run"));

    [Test]
    public void A_run_folder_that_is_not_empty() => AssertError("not empty", "train", "--data", TinyRun.Data, "--device", "cpu", "--run", TrainTiny());

    [Test]
    public void An_impossible_size() => AssertError("--size 12: give WIDTHxHEIGHT", "train", "--data", TinyRun.Data, "--size", "12");

    [Test]
    public void An_unknown_kernel() => AssertError("no kernel is named 'nonsense'", "kernels", "show", "nonsense");

    private string TrainTiny()
    {
        string run = Path.Combine(_folder, "tiny");
        (int status, _, string error) = CommandRun.Of("train", "--data", TinyRun.Data, "--device", "cpu", "--base-filters", "1", "--batch", "2", "--epochs", "1", "--steps-per-epoch", "1", "--run", run);
        Assert.That((status, error), Is.EqualTo((0, "")));
        return run;
    }

    private void WriteSamples(int count)
    {
        foreach (string name in (string[])["images", "masks"])
            Directory.CreateDirectory(Path.Combine(_folder, name));
        for (int i = 0; i < count; i++)
        {
            ImageFile.WritePng(Path.Combine(_folder, "images", $"{i}.png"), new Image(32, 32, 3));
            ImageFile.WritePng(Path.Combine(_folder, "masks", $"{i}.png"), new IndexMask(32, 32, [1, .. new byte[1023]]), null);
        }
    }

    private static void AssertError(string expected, params string[] arguments)
    {
        (int status, _, string error) = CommandRun.Of(arguments);
        Assert.Multiple(() =>
        {
            Assert.That(status, Is.Not.Zero);
            Assert.That(error, Does.StartWith("error: ").And.Contains(expected));
            Assert.That(error.TrimEnd().Split('\n'), Has.Length.EqualTo(1), error);
        });
    }
}
