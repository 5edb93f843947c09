using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Dialect;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Layers.Encoders;
using SegFromScratch.Layers.Initialization;
using SegFromScratch.Layers.Models;
using SegFromScratch.Layers.Modules;
using SegFromScratch.Tests.Training;
using SegFromScratch.Training.Data.Loading;
using SegFromScratch.Training.Runs;
using SegFromScratch.Training.Trainer;

namespace SegFromScratch.Tests.Layers;

public sealed class EncoderTests
{
    private static readonly PlanningDevice s_plan = new(new CpuDevice(1));

    [TestCase(8, 9, 13)]
    [TestCase(16, 5, 7)]
    [TestCase(32, 3, 4)]
    public void A_resnet_keeps_its_output_stride(int outputStride, int height, int width)
    {
        var encoder = new ResNet(LayerStyle.TorchVision(s_plan, 1), new ResNetOptions(50, outputStride, 4));
        using var step = new Step(s_plan, training: false);
        Assert.That(encoder.Forward(step, Image(step, 65, 97)).Shape, Is.EqualTo(new TensorShape(1, 128, height, width)));
    }

    [TestCase(8, 9)]
    [TestCase(16, 5)]
    public void Encoders_of_two_levels_give_a_quarter_and_their_output_stride(int outputStride, int height)
    {
        var xception = new Xception(LayerStyle.Torch(s_plan, 1), outputStride, 4, ConvolutionOptions.Symmetric(1, stride: 2), reluAfterStem: true);
        var mobile = new MobileNetV2(LayerStyle.Torch(s_plan, 1), outputStride, 4);
        using var step = new Step(s_plan, training: false);
        (Tensor deep, Tensor early) = xception.ForwardWithLowLevel(step, Image(step, 65, 65));
        Assert.That((deep.Shape, early.Shape), Is.EqualTo((new TensorShape(1, 256, height, height), new TensorShape(1, 32, 17, 17))));
        (deep, early) = mobile.ForwardWithLowLevel(step, Image(step, 64 + 3, 64 + 3));
        Assert.That((deep.Shape, early.Shape), Is.EqualTo((new TensorShape(1, 40, height, height), new TensorShape(1, 3, 17, 17))));
    }

    // torchvision states 152.717 and 178.722 thousand million for a picture of 520x520.
    [TestCase("fcn_resnet50", 152.717e9)]
    [TestCase("deeplabv3_resnet50", 178.722e9)]
    public void Multiply_adds_are_those_that_torchvision_states(string name, double stated)
    {
        SegmentationModel model = ModelCatalog.Create(name, s_plan, 21, new ModelChoices(), 1);
        long counted = 0;
        foreach ((_, Module module) in model.Modules())
            module.AfterForward = (done, from, to) => counted += done.MultiplyAdds(from, to);
        using var step = new Step(s_plan, training: false);
        model.ForwardAll(step, Image(step, 520, 520));
        Assert.That(counted, Is.EqualTo(stated).Within(0.0005).Percent);
    }

    [Test]
    public void A_bilinear_kernel_interpolates()
    {
        var kernel = new float[2 * 16];
        Initializers.BilinearKernel(new TensorShape(2, 1, 4, 4), kernel, 0);
        float[] line = [0.25f, 0.75f, 0.75f, 0.25f];
        Assert.That(kernel, Is.EqualTo(Enumerable.Range(0, 32).Select(i => line[i % 4] * line[i / 4 % 4])));
        var odd = new float[9];
        Initializers.BilinearKernel(new TensorShape(1, 1, 3, 3), odd, 0);
        Assert.That(odd, Is.EqualTo(new[] { 0.25f, 0.5f, 0.25f, 0.5f, 1, 0.5f, 0.25f, 0.5f, 0.25f }));
    }

    [TestCase("unet2015", "dropout")]
    [TestCase("segnet", "dropout")]
    [TestCase("fcn8s", "output stride")]
    [TestCase("unet", "auxiliary heads")]
    public void A_network_refuses_a_choice_that_it_does_not_have(string name, string expected)
    {
        ModelChoices choices = expected switch
        {
            "dropout" => new ModelChoices(Dropout: 0.5f),
            "output stride" => new ModelChoices { OutputStride = 16 },
            _ => new ModelChoices { AuxiliaryHeads = true },
        };
        Assert.That(() => ModelCatalog.Create(name, s_plan, 2, choices, 1), Throws.ArgumentException.With.Message.Contains($"{name} has no free").And.Message.Contains(expected));
    }

    [Test]
    public void Training_moves_every_head()
    {
        using var device = new CpuDevice(2);
        NamedOptions model = new NamedOptions { Name = "unet_plus_plus" }.With("base_filters", "2").With("auxiliary_heads", "true");
        var setup = new TrainingSetup(TinyRun.Configuration with { Model = model }, device);
        var trainer = new Trainer(setup.Model, setup.Loss, setup.Optimizer, 1);
        Dictionary<string, float[]> before = Heads(setup.Model);
        using var loader = new BatchLoader(setup.Data.Train, setup.TrainTransform, new() { BatchSize = 2 });
        trainer.Learn(loader.Next(), 0, 1e-2);
        Dictionary<string, float[]> after = Heads(setup.Model);
        Assert.That(before.Keys, Is.EquivalentTo(new[] { "final1.weight", "final2.weight", "final3.weight", "final4.weight" }));
        Assert.That(before.Keys.Where(name => before[name].SequenceEqual(after[name])), Is.Empty);
        Assert.That(setup.PlanMemory().PeakBytesInUse, Is.Positive);
    }

    private static Dictionary<string, float[]> Heads(SegmentationModel model) => model.Parameters()
        .Where(p => p.FullName.StartsWith("final", StringComparison.Ordinal) && p.FullName.EndsWith(".weight", StringComparison.Ordinal))
        .ToDictionary(p => p.FullName, p => p.Parameter.Value.ToArray());

    private static Tensor Image(Step step, int height, int width) => step.Create(new TensorLayout(new TensorShape(1, 3, height, width), 1), "image");
}
