using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Layers.Models;
using SegFromScratch.Layers.Modules;
using SegFromScratch.Training.Weights;

namespace SegFromScratch.Tests.Weights;

public sealed class WeightNamesTests
{
    [TestCase("features.0.weight", "conv1_1.weight")]
    [TestCase("features.28.bias", "conv5_3.bias")]
    [TestCase("backbone.features.14.weight", "conv3_3.weight")]
    [TestCase("module.classifier.3.bias", "fc7.bias")]
    [TestCase("conv1.weight", "backbone.conv1.weight")]
    [TestCase("backbone.bn1.bias", "bn1.bias")]
    [TestCase("base.layer1.conv1.conv.weight", "backbone.conv1.weight")]
    [TestCase("scale.layer1.conv1.bn.running_mean", "backbone.bn1.running_mean")]
    [TestCase("base.layer2.block1.reduce.conv.weight", "backbone.layer1.0.conv1.weight")]
    [TestCase("base.layer4.block23.conv3x3.bn.bias", "backbone.layer3.22.bn2.bias")]
    [TestCase("base.layer5.block3.increase.bn.running_var", "backbone.layer4.2.bn3.running_var")]
    [TestCase("layer3.block1.shortcut.conv.weight", "backbone.layer2.0.downsample.0.weight")]
    [TestCase("base.layer3.block1.proj.bn.weight", "backbone.layer2.0.downsample.1.weight")]
    [TestCase("base.aspp.c2.weight", "aspp.c2.weight")]
    public void A_name_is_found_under_ours(string theirs, string ours) => Assert.That(WeightNames.Candidates(theirs), Does.Contain(ours));

    [Test]
    public void The_name_itself_comes_first() => Assert.That(WeightNames.Candidates("classifier.0.weight").First(), Is.EqualTo("classifier.0.weight"));

    [Test]
    public void Vgg16_s_full_layers_become_convolutions_of_FCN()
    {
        using TemporaryFolder folder = new();
        using var device = new CpuDevice(1);
        SegmentationModel model = ModelCatalog.Create("fcn32s", device, 2, new ModelChoices(1), 1);
        Dictionary<string, Parameter> parameters = model.Parameters().ToDictionary(p => p.FullName, p => p.Parameter);

        // At a width of 1 VGG16 ends in 8 channels, its full layers in 64.
        float[] first = [.. Enumerable.Range(0, 64 * 8 * 49).Select(i => (float)i)], second = [.. Enumerable.Range(0, 64 * 64).Select(i => -(float)i)];
        SafeTensorsWriter.Write(folder.File("vgg.safetensors"), new KeyValuePair<string, WeightTensor>[]
        {
            new("features.0.weight", WeightTensor.OfSingles([.. Enumerable.Range(0, 27).Select(i => (float)i)], 1, 3, 3, 3)),
            new("classifier.0.weight", WeightTensor.OfSingles(first, 64, 8 * 49)),
            new("classifier.3.weight", WeightTensor.OfSingles(second, 64, 64)),
            new("classifier.6.weight", WeightTensor.OfSingles(new float[10 * 64], 10, 64)),
        });
        using WeightSource file = WeightSource.Open(folder.File("vgg.safetensors"));
        WeightLoad load = WeightLoader.Load(model, file, partial: true);
        Assert.That(load.Loaded, Is.EqualTo(3));
        Assert.That(load.Mismatch!.Unexpected, Is.EqualTo(["classifier.6.weight"]));
        Assert.That(parameters["fc6.weight"].Value.ToArray(), Is.EqualTo(first));
        Assert.That(parameters["fc7.weight"].Value.ToArray(), Is.EqualTo(second));
        Assert.That(parameters["conv1_1.weight"].Value.ToArray(), Is.EqualTo(Enumerable.Range(0, 27)));
    }
}
