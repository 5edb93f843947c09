using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Layers.Models;

namespace SegFromScratch.Tests.Training;

public sealed class ModelTests
{
    private static readonly CpuDevice s_cpu = new(2);

    // The counts of the Severstal study's notebook and of the 2015 paper's architecture.
    [TestCase("unet", 4, 8, 487_316, 488_788)]
    [TestCase("unet", 4, 64, 31_043_716, 31_055_492)]
    [TestCase("unet2015", 4, 64, 31_031_940, 31_031_940)]
    [TestCase("unet2015", 2, 64, 31_031_810, 31_031_810)]
    [TestCase("unet2015", 21, 64, 31_033_045, 31_033_045)]
    public void A_network_has_the_published_number_of_parameters(string name, int classes, int baseFilters, long trained, long total)
    {
        SegmentationModel model = ModelCatalog.Create(name, new PlanningDevice(s_cpu), classes, new ModelChoices(baseFilters), 1);
        Assert.That((model.TrainedCount, model.TotalCount), Is.EqualTo((trained, total)));
    }

    [Test]
    public void The_layers_of_the_small_unet_have_the_published_sizes()
    {
        SegmentationModel model = ModelCatalog.Create("unet", new PlanningDevice(s_cpu), 4, new ModelChoices(8), 1);
        long[] convolutions = [.. model.Parameters().Where(p => p.FullName.EndsWith(".weight", StringComparison.Ordinal) && p.Parameter.Value.Shape.Height * p.Parameter.Value.Shape.Channels > 1 && p.Parameter.Role == SegFromScratch.Layers.Modules.ParameterRole.Weight)
            .Select(p => p.Parameter.Value.Shape.Elements + p.Parameter.Value.Shape.Batch)];
        Assert.That(convolutions, Is.EqualTo(new long[]
        {
            224, 584, 1168, 2320, 4640, 9248, 18496, 36928, 73856, 147584,
            32832, 73792, 36928, 8224, 18464, 9248, 2064, 4624, 2320, 520, 1160, 584, 36,
        }));
    }

    [Test]
    public void Unet_gives_every_pixel_its_logits()
    {
        var model = new UNet(s_cpu, 4, 4);
        using var step = new Step(s_cpu, training: false);
        Tensor output = model.Forward(step, step.Input(new TensorShape(2, 3, 32, 48), new float[2 * 3 * 32 * 48], "images"));
        Assert.That(output.Shape, Is.EqualTo(new TensorShape(2, 4, 32, 48)));
    }

    [Test]
    public void Unet2015_loses_its_margin()
    {
        var model = new UNet2015(s_cpu, 2, 2);
        using var step = new Step(s_cpu, training: false);
        Tensor output = model.Forward(step, step.Input(new TensorShape(1, 3, 188, 204), new float[3 * 188 * 204], "images"));
        Assert.That(output.Shape, Is.EqualTo(new TensorShape(1, 2, 4, 20)));
    }

    [TestCase("unet", 30, 48, "unet cannot take images of 48x30; the next size it can take is 48x32")]
    [TestCase("unet2015", 190, 188, "unet2015 cannot take images of 188x190; the next size it can take is 188x204")]
    public void A_size_that_a_network_cannot_take_is_told_with_one_that_it_can(string name, int height, int width, string message)
    {
        SegmentationModel model = ModelCatalog.Create(name, s_cpu, 2, new ModelChoices(1), 1);
        using var step = new Step(s_cpu, training: false);
        Tensor input = step.Input(new TensorShape(1, 3, height, width), new float[3 * height * width], "images");
        Assert.That(() => model.Forward(step, input), Throws.ArgumentException.With.Message.StartsWith(message));
    }

    [Test]
    public void Inference_gives_back_all_memory_but_the_result()
    {
        using var device = new CpuDevice(1);
        var model = new UNet(device, 4, 4);
        // Packed weights stay with the weights.
        long InUse() => device.Pool.BytesInUse - device.Pool.InUse(SegFromScratch.Engine.Memory.MemoryClass.Weights);
        long before = InUse();
        using var step = new Step(device, training: false);
        Tensor input = step.Input(new TensorShape(1, 3, 32, 32), new float[3 * 32 * 32], "images");
        Tensor output = model.Forward(step, input);
        Assert.That(InUse() - before, Is.EqualTo(input.Buffer.Bytes + output.Buffer.Bytes));
    }

    [TestCase("unet")]
    [TestCase("deeplabv3plus_xception")]
    public void A_warm_step_allocates_nothing_on_the_device_and_next_to_nothing_on_the_heap(string name)
    {
        using var device = new CpuDevice(1);
        var setup = TinyRun.Setup(device, name);
        var trainer = new SegFromScratch.Training.Trainer.Trainer(setup.Model, setup.Loss, setup.Optimizer, 1);
        using var loader = new SegFromScratch.Training.Data.Loading.BatchLoader(setup.Data.Train, setup.TrainTransform, new() { BatchSize = 2 });
        SegFromScratch.Training.Data.Loading.Batch batch = loader.Next();
        for (int i = 0; i < 3; i++)
            trainer.Learn(batch, i, 1e-3);
        long allocations = device.Pool.Allocations, heap = GC.GetAllocatedBytesForCurrentThread();
        trainer.Learn(batch, 3, 1e-3);
        Assert.Multiple(() =>
        {
            Assert.That(device.Pool.Allocations, Is.EqualTo(allocations));
            Assert.That(GC.GetAllocatedBytesForCurrentThread() - heap, Is.LessThan(4 << 10));
        });
    }
}
