using SegFromScratch.Training.Weights;

namespace SegFromScratch.Tests.Weights;

public sealed class CheckpointTests : FolderTests
{
    private static readonly TrainingState _state = new()
    {
        Epoch = 3,
        StepInEpoch = 17,
        GlobalStep = 317,
        BestMetric = 0.1 + 0.2,
        OptimizerSteps = 316,
        ScheduleStep = 315,
        Seed = ulong.MaxValue,
        Counters = new Dictionary<string, ulong> { ["validations_without_improvement"] = 2 },
        Values = new Dictionary<string, double> { ["plateau.rate"] = 1e-3 / 3 },
    };

    private static readonly KeyValuePair<string, WeightTensor>[] _tensors =
    [
        new("conv.weight", WeightTensor.OfSingles([1, 2], 2, 1, 1, 1)),
        new("conv.bias", WeightTensor.OfSingles([3, 4], 2)),
        new(Checkpoint.OptimizerTensorName("conv.weight", "first"), WeightTensor.OfSingles([5, 6], 2, 1, 1, 1)),
    ];

    private string FilePath => Folder.File("last.safetensors");

    private void Save(TrainingState? state, string model = "unet") => Checkpoint.Save(FilePath, _tensors, new CheckpointMetadata
    {
        Model = model,
        ModelOptions = """{"depth":5}""",
        State = state,
        Notes = new Dictionary<string, string> { ["classes"] = "sky,road" },
    });

    [Test]
    public void A_checkpoint_is_read_back_without_loss()
    {
        Save(_state);
        using Checkpoint checkpoint = Checkpoint.Load(FilePath);
        TrainingState state = checkpoint.Metadata.State!;
        Assert.That(state.Counters, Is.EquivalentTo(_state.Counters));
        Assert.That(state.Values, Is.EquivalentTo(_state.Values));
        Assert.That(state with { Counters = _state.Counters, Values = _state.Values }, Is.EqualTo(_state));
        Assert.That(checkpoint.Metadata.Model, Is.EqualTo("unet"));
        Assert.That(checkpoint.Metadata.ModelOptions, Is.EqualTo("""{"depth":5}"""));
        Assert.That(checkpoint.Metadata.Notes, Is.EquivalentTo(new Dictionary<string, string> { ["classes"] = "sky,road" }));
        Assert.That(checkpoint.ModelEntries.Select(entry => entry.Name), Is.EqualTo(["conv.weight", "conv.bias"]));
        Assert.That(checkpoint.File.ReadSingle("optimizer.conv.weight.first"), Is.EqualTo([5f, 6f]));
        Assert.That(checkpoint.File.Metadata["format"], Is.EqualTo("segfromscratch-1"));
    }

    [Test]
    public void The_same_content_gives_the_same_bytes()
    {
        Save(_state);
        byte[] first = File.ReadAllBytes(FilePath);
        Save(_state);
        Assert.That(File.ReadAllBytes(FilePath), Is.EqualTo(first));
    }

    [Test]
    public void A_file_of_weights_only_has_no_state()
    {
        Save(null);
        using Checkpoint checkpoint = Checkpoint.Load(FilePath);
        Assert.That(checkpoint.Metadata.State, Is.Null);
    }

    [TestCase("state.epoch", "three", "'state.epoch' is 'three'")]
    [TestCase("state.epoch", "-3", "'state.epoch' is '-3', which is below 0")]
    [TestCase("state.seed", "-1", "'state.seed' is '-1'")]
    [TestCase("state.global_step", null, "'state.global_step' is missing")]
    [TestCase("state.counter.x", "1.5", "'state.counter.x' is '1.5'")]
    [TestCase("format", "segfromscratch-2", "its format is 'segfromscratch-2'; this program reads checkpoints of format 'segfromscratch-1'")]
    [TestCase("model", null, "is no checkpoint of SegFromScratch")]
    public void Damaged_metadata_are_named(string key, string? value, string expected)
    {
        Dictionary<string, string> metadata = new(new CheckpointMetadata { Model = "unet", State = _state }.ToStrings());
        metadata.Remove(key);
        if (value is not null)
            metadata[key] = value;
        SafeTensorsWriter.Write(FilePath, _tensors, metadata);
        Assert.That(Assert.Throws<WeightFileException>(() => Checkpoint.Load(FilePath))!.Message, Does.Contain("last.safetensors").And.Contain(expected));
    }

    [Test]
    public void A_fitting_model_is_accepted()
    {
        Save(null);
        using Checkpoint checkpoint = Checkpoint.Load(FilePath);
        Assert.DoesNotThrow(() => checkpoint.RequireFit("unet", Shapes(("conv.weight", [2, 1, 1, 1]), ("conv.bias", [2]))));
    }

    [Test]
    public void The_mismatch_with_another_model_lists_everything_and_names_the_other_model()
    {
        Save(null, "deeplabv3plus");
        using Checkpoint checkpoint = Checkpoint.Load(FilePath);
        (string, long[])[] missing = [.. Enumerable.Range(1, 7).Select(i => ($"block{i}.weight", new long[] { 1 }))];
        string message = Assert.Throws<WeightFileException>(() =>
            checkpoint.RequireFit("unet", Shapes([("conv.weight", [2, 1, 3, 3]), .. missing])))!.Message;
        Assert.That(message, Is.EqualTo($"""
            '{FilePath}' does not fit the model 'unet'.
              7 missing: block1.weight, block2.weight, block3.weight, block4.weight, block5.weight, and 2 more
              1 unexpected: conv.bias
              1 of another shape: conv.weight (model [2, 1, 3, 3], file [2, 1, 1, 1])
              The file is a checkpoint of the model 'deeplabv3plus': choose that model, or another file.
            """.ReplaceLineEndings("\n")));
    }

    [Test]
    public void The_mismatch_of_shapes_only_points_to_the_options()
    {
        Save(null);
        using Checkpoint checkpoint = Checkpoint.Load(FilePath);
        string message = Assert.Throws<WeightFileException>(() =>
            checkpoint.RequireFit("unet", Shapes(("conv.weight", [2, 1, 1, 1]), ("conv.bias", [11]))))!.Message;
        Assert.That(message, Does.Contain("1 of another shape").And.Contain("the number of classes or the widths differ"));
    }

    private static Dictionary<string, IReadOnlyList<long>> Shapes(params (string Name, long[] Shape)[] tensors) =>
        tensors.ToDictionary(tensor => tensor.Name, tensor => (IReadOnlyList<long>)tensor.Shape);
}
