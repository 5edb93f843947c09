using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Memory;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;
using SegFromScratch.Layers.Models;
using SegFromScratch.Layers.Modules;
using SegFromScratch.Training.Data.Loading;
using SegFromScratch.Training.Optimization;
using SegFromScratch.Training.Runs;
using SegFromScratch.Training.Trainer;

namespace SegFromScratch.Tests.Layers;

/// <summary>Packed weights are kept from one inference to the next, and never longer than they hold.</summary>
public sealed class PackedWeightsTests
{
    private static readonly TensorShape s_image = new(1, 3, 32, 32);

    [Test]
    public void Inferences_after_the_first_keep_the_same_memory()
    {
        using var device = new CpuDevice(1);
        SegmentationModel model = Create(device, 1);
        long weights = device.Pool.InUse(MemoryClass.Weights);
        float[] first = Logits(device, model);
        long packed = device.Pool.InUse(MemoryClass.Weights);
        float[] second = Logits(device, model);
        Assert.Multiple(() =>
        {
            Assert.That(packed, Is.GreaterThan(weights));
            Assert.That(device.Pool.InUse(MemoryClass.Weights), Is.EqualTo(packed));
            Assert.That(second, Is.EqualTo(first));
        });
    }

    [Test]
    public void A_training_step_gives_the_memory_back()
    {
        using var device = new CpuDevice(1);
        SegmentationModel model = Create(device, 1);
        long weights = device.Pool.InUse(MemoryClass.Weights);
        Logits(device, model);
        using (var step = new Step(device, training: true))
            model.Forward(step, Images(step, s_image));
        Assert.That(device.Pool.InUse(MemoryClass.Weights), Is.EqualTo(weights));
    }

    [Test]
    public void Discarded_weights_take_their_packed_form_with_them()
    {
        using var device = new CpuDevice(1);
        SegmentationModel model = Create(device, 1);
        Logits(device, model);
        foreach ((_, Parameter parameter) in model.Parameters())
            parameter.Value.Discard();
        Assert.That(device.Pool.BytesInUse, Is.Zero);
    }

    [TestCase("unet")]
    [TestCase("deeplabv3plus_mobilenetv2")]
    public void Statistics_that_a_training_step_moved_are_seen(string name)
    {
        using var device = new CpuDevice(1);
        SegmentationModel model = Create(device, 1, name);
        float[] before = Logits(device, model);
        using (var step = new Step(device, training: true))
            model.Forward(step, Images(step, s_image with { Batch = 2 }));
        AssertAsFresh(device, model, name, before);
    }

    [Test]
    public void Statistics_that_were_made_anew_are_seen()
    {
        using var device = new CpuDevice(1);
        SegmentationModel model = Create(device, 1);
        float[] before = Logits(device, model);
        var batch = new Batch(capacity: 2, s_image.Width, s_image.Height, layerCount: 0);
        batch.Begin(default, count: 2, endsEpoch: true);
        Singles(new CheckRandom("batch").Normal(s_image with { Batch = 2 })).CopyTo(batch.Images, 0);
        BatchStatistics.Recompute(model, [batch], 1);
        AssertAsFresh(device, model, "unet", before);
    }

    [TestCase("sgd")]
    [TestCase("adam")]
    public void An_optimizer_that_updates_after_an_inference_is_seen(string kind)
    {
        using var device = new CpuDevice(1);
        SegmentationModel model = Create(device, 1);
        Optimizer optimizer = OptimizerFactory.Create(new OptimizerOptions { Name = kind }, model);
        using (var step = new Step(device, training: true))
        {
            Tensor logits = model.Forward(step, Images(step, s_image));
            step.Backward(logits, step.Input(logits.Shape, Singles(new CheckRandom("cotangent").Normal(logits.Shape)), "cotangent", channelBlock: logits.Layout.ChannelBlock));
        }

        float[] before = Logits(device, model);
        optimizer.Update(0.1);
        AssertAsFresh(device, model, "unet", before);
    }

    [Test]
    public void Another_size_of_picture_is_packed_as_its_kernels_need()
    {
        // At 32x32 the wide 3x3 layers go by Winograd; at 16x16 the bottom is a single pixel, where its tiles would be nearly empty.
        using var device = new CpuDevice(1);
        var small = new TensorShape(1, 3, 16, 16);
        SegmentationModel model = Create(device, 1);
        float[] large = Logits(device, model);
        Assert.That(Logits(device, model, small), Is.EqualTo(Logits(device, Create(device, 1), small)));
        Assert.That(Logits(device, model), Is.EqualTo(large));
    }

    [Test]
    public void Every_way_to_write_raises_the_version_and_reading_does_not()
    {
        using var device = new CpuDevice(1);
        Tensor tensor = Tensor.Persistent(device, new TensorShape(1, 2, 1, 2));
        Action[] writing = [() => tensor.Write([1, 2, 3, 4]), () => _ = tensor.Data, () => _ = tensor.View, () => _ = tensor.Buffer];
        foreach (Action write in writing)
        {
            tensor.KeepDerived(7, [], 10, "derived");
            long version = tensor.Version;
            write();
            Assert.That(tensor.Version, Is.GreaterThan(version));
            Assert.That(tensor.TryGetDerived(7, [], out _), Is.False);
        }

        tensor.KeepDerived(7, [], 10, "derived");
        long still = tensor.Version;
        Action[] reading = [() => tensor.ToArray(), () => tensor.ToScalar(), () => tensor.Read(new float[4]), () => _ = tensor.ReadOnlyData, () => _ = tensor.ReadOnlyView];
        foreach (Action read in reading)
            read();
        Assert.That(tensor.Version, Is.EqualTo(still));
        Assert.That(tensor.TryGetDerived(7, [], out _), Is.True);
    }

    [Test]
    public void What_is_kept_is_found_by_its_key_and_its_sources_alone()
    {
        using var device = new CpuDevice(1);
        Tensor owner = Tensor.Persistent(device, TensorShape.Scalar), one = Tensor.Persistent(device, TensorShape.Scalar), other = Tensor.Persistent(device, TensorShape.Scalar);
        owner.KeepDerived(7, [one, null], 10, "derived");
        Assert.Multiple(() =>
        {
            Assert.That(owner.TryGetDerived(7, [one, null], out _), Is.True);
            Assert.That(owner.TryGetDerived(8, [one, null], out _), Is.False);
            Assert.That(owner.TryGetDerived(7L, [one, null], out _), Is.False);
            Assert.That(owner.TryGetDerived(7, [other, null], out _), Is.False);
            Assert.That(owner.TryGetDerived(7, [one], out _), Is.False);
            Assert.That(owner.TryGetDerived(7, [one, other], out _), Is.False);
        });
        one.Write([1]);
        Assert.That(owner.TryGetDerived(7, [one, null], out _), Is.False);
    }

    // The same numbers in a network that has never computed anything.
    private static void AssertAsFresh(CpuDevice device, SegmentationModel model, string name, float[] before)
    {
        SegmentationModel fresh = Create(device, 2, name);
        foreach (((_, Parameter own), (_, Parameter copy)) in model.Parameters().Zip(fresh.Parameters()))
            copy.Value.Write(own.Value.ToArray());
        float[] now = Logits(device, model);
        Assert.That(now, Is.Not.EqualTo(before));
        Assert.That(now, Is.EqualTo(Logits(device, fresh)));
    }

    private static SegmentationModel Create(CpuDevice device, ulong seed, string name = "unet") => ModelCatalog.Create(name, device, 3, new ModelChoices(8, null), seed);

    private static float[] Logits(CpuDevice device, SegmentationModel model, TensorShape? image = null)
    {
        using var step = new Step(device, training: false);
        return model.Forward(step, Images(step, image ?? s_image)).ToArray();
    }

    private static Tensor Images(Step step, TensorShape shape) => step.Input(shape, Singles(new CheckRandom("image").Normal(shape)), "images");

    private static float[] Singles(HostTensor<double> tensor) => [.. tensor.Values.Select(value => (float)value)];
}
