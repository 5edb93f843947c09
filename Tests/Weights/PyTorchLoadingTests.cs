using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Layers.Initialization;
using SegFromScratch.Layers.Models;
using SegFromScratch.Layers.Modules;
using SegFromScratch.Training.Weights;

namespace SegFromScratch.Tests.Weights;

/// <summary>A model started from a file: which names are taken for which, and what is said about the rest.</summary>
public sealed class PyTorchLoadingTests : FolderTests
{
    private static readonly CpuDevice _cpu = new(1);

    private readonly TwoConvolutions _model = new(_cpu);

    [TestCase("backbone.")]
    [TestCase("")]
    [TestCase("module.backbone.")]
    [TestCase("module.")]
    public void Known_prefixes_do_not_matter(string prefix)
    {
        WeightLoad load = Load(false, ($"{prefix}weight", [10, 20], [1, 2, 1, 1]), ($"{prefix}bias", [30], [1]), ("head.weight", [40], [1, 1, 1, 1]), ("head.num_batches_tracked", [7], []));
        Assert.That(load, Is.EqualTo(new WeightLoad(3, null)));
        Assert.That(Values(), Is.EqualTo([10f, 20f, 30f, 40f]));
    }

    [Test]
    public void What_does_not_fit_is_listed_and_changes_nothing()
    {
        float[] before = Values();
        string message = Assert.Throws<WeightFileException>(() => Load(false, ("backbone.weight", [10, 20, 30, 40], [2, 2, 1, 1]), ("head.weight", [40], [1, 1, 1, 1]), ("neck.weight", [1], [1])))!.Message;
        Assert.That(message, Is.EqualTo($"""
            '{Folder.File("x.safetensors")}' does not fit the model 'two'.
              1 missing: backbone.bias
              1 unexpected: neck.weight
              1 of another shape: backbone.weight (model [1, 2, 1, 1], file [2, 2, 1, 1])
              Its layers are others: choose the model and the options that the file was trained with.
              To take what fits and leave the rest, add --partial.
            """.ReplaceLineEndings("\n")));
        Assert.That(Values(), Is.EqualTo(before));
    }

    [Test]
    public void What_fits_is_taken_where_that_was_asked_for()
    {
        float[] before = Values();
        WeightLoad load = Load(true, ("weight", [10, 20], [1, 2, 1, 1]), ("head.weight", [1, 2], [2, 1, 1, 1]), ("neck.weight", [1], [1]));
        Assert.That(load.Loaded, Is.EqualTo(1));
        Assert.That(load.Mismatch!.Lists(), Is.EqualTo("  1 missing: backbone.bias\n  1 unexpected: neck.weight\n  1 of another shape: head.weight (model [1, 1, 1, 1], file [2, 1, 1, 1])"));
        Assert.That(Values(), Is.EqualTo([10f, 20f, .. before[2..]]));
    }

    [Test]
    public void A_file_of_which_nothing_fits_is_refused_in_any_case() =>
        Assert.That(Assert.Throws<WeightFileException>(() => Load(true, ("neck.weight", [1], [1])))!.Message, Does.EndWith("\n  Nothing fits."));

    [Test]
    public void The_exact_name_wins_over_one_with_a_prefix()
    {
        WeightLoad load = Load(true, ("weight", [1, 2], [1, 2, 1, 1]), ("backbone.weight", [10, 20], [1, 2, 1, 1]));
        Assert.That(Values()[..2], Is.EqualTo([10f, 20f]));
        Assert.That(load.Mismatch!.Unexpected, Is.EqualTo(["weight"]));
    }

    private WeightLoad Load(bool partial, params (string Name, float[] Values, long[] Shape)[] tensors)
    {
        string path = Folder.File("x.safetensors");
        SafeTensorsWriter.Write(path, tensors.Select(tensor => KeyValuePair.Create(tensor.Name, WeightTensor.OfSingles(tensor.Values, tensor.Shape))));
        using WeightSource file = WeightSource.Open(path);
        return WeightLoader.Load(_model, file, partial);
    }

    private float[] Values() => [.. _model.Parameters().SelectMany(p => p.Parameter.Value.ToArray())];

    private sealed class TwoConvolutions : SegmentationModel
    {
        public TwoConvolutions(Device device)
            : base(device, 1)
        {
            Add("backbone", new Convolution2D(device, 2, 1, 1, ConvolutionOptions.Default, Initializers.HeNormal, 1));
            Add("head", new Convolution2D(device, 1, 1, 1, ConvolutionOptions.Default, Initializers.HeNormal, 2, bias: false));
        }

        public override string Name => "two";

        public override int InputSizeFor(int outputSize) => outputSize;

        protected override Tensor Compute(Step step, Tensor input) => throw new NotSupportedException("Only its parameters are used.");
    }
}
