using SegFromScratch.Tests.Training;
using SegFromScratch.Tests.Weights;
using SegFromScratch.Training.Weights;

namespace SegFromScratch.Tests.Apps;

/// <summary><c>seg weights</c>, and <c>seg train --weights</c>.</summary>
[NonParallelizable]
public sealed class WeightsCommandTests : FolderTests
{
    [Test]
    public void A_PyTorch_file_is_converted()
    {
        string input = Folder.File("x.pth"), output = Folder.File("x.safetensors");
        byte[] numbers = [0, 0x3C, 0, 0xC0];
        File.WriteAllBytes(input, RawPyTorch.Archive(RawPyTorch.Pickle(new RawPyTorch.View("a", "HalfStorage", "0", 2, 0, [2], [1])), new Dictionary<string, byte[]> { ["0"] = numbers }));
        Assert.That(Output("weights", "convert", input, output), Is.EqualTo($"{output}: 1 tensors (1 F16), 2 elements, 4 bytes\n"));
        using SafeTensorsFile file = SafeTensorsFile.Open(output);
        Assert.That(file.ReadSingle("a"), Is.EqualTo([1f, -2f]));
        Assert.That(Output("weights", "show", output), Is.EqualTo("a  F16   [2]\n1 tensors (1 F16), 2 elements, 4 bytes\n"));
    }

    [Test]
    public void The_file_to_write_is_checked_first()
    {
        Assert.That(CommandRun.Of("weights", "convert", "a.pth", "b.pth").Error, Is.EqualTo("error: b.pth: the file to write must end in .safetensors\n"));
        Assert.That(CommandRun.Of("weights", "convert", "a.safetensors", "./a.safetensors").Error, Does.Contain("is the one to read"));
        Assert.That(CommandRun.Of("weights", "show", Folder.File("none.pth")).Error, Does.Contain("there is no such file").And.Not.Contain("\n "));
    }

    [Test]
    public void A_run_starts_from_the_weights_of_another()
    {
        string first = Folder.File("first"), second = Folder.File("second");
        Assert.That(Train(first, "1").Error, Is.Empty);
        string best = Path.Combine(first, "checkpoints", "best.safetensors");
        Assert.That(Train(second, "1", "--weights", best, "--lr", "1e-30").Error, Is.Empty);
        using Checkpoint a = Checkpoint.Load(best), b = Checkpoint.Load(Path.Combine(second, "checkpoints", "best.safetensors"));
        Assert.That(b.File.ReadSingle("bottom.convolution1.weight"), Is.EqualTo(a.File.ReadSingle("bottom.convolution1.weight")));
    }

    [Test]
    public void Weights_of_another_width_are_refused_before_a_run_folder_is_made()
    {
        string first = Folder.File("first"), second = Folder.File("second");
        Assert.That(Train(first, "1").Error, Is.Empty);
        string best = Path.Combine(first, "checkpoints", "best.safetensors");
        Assert.That(Train(second, "2", "--weights", best).Error, Does.StartWith("error: ").And.Contain("of another shape").And.Contain("add --partial"));
        Assert.That(Directory.Exists(second), Is.False);
        Assert.That(Train(second, "2", "--weights", best, "--partial").Error, Is.Empty);
        Assert.That(Train(Folder.File("third"), "2", "--partial").Error, Does.Contain("'partial_weights' must be false where no weights are given"));
    }

    private static CommandRun Train(string run, string filters, params string[] more) =>
        CommandRun.Of(["train", "--data", TinyRun.Data, "--device", "cpu", "--base-filters", filters, "--batch", "2", "--epochs", "1", "--steps-per-epoch", "1", "--run", run, .. more]);

    private static string Output(params string[] arguments)
    {
        (int status, string output, string error) = CommandRun.Of(arguments);
        Assert.That((status, error), Is.EqualTo((0, "")));
        return output.ReplaceLineEndings("\n");
    }
}
