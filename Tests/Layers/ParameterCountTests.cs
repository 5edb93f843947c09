using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Layers.Models;

namespace SegFromScratch.Tests.Layers;

/// <summary>Counts of the authors' code, of torchvision and of the papers. On a planning device nothing is allocated.</summary>
public sealed class ParameterCountTests
{
    private static readonly PlanningDevice s_plan = new(new CpuDevice(1));

    [TestCase("unet_milesial", 2, null, 31_037_698)]
    [TestCase("unet_milesial", 1, null, 31_037_633)]
    [TestCase("unet_milesial_bilinear", 2, null, 17_263_042)]
    [TestCase("unet_plus_plus", 1, null, 9_163_329)]
    [TestCase("unet_plus_plus", 4, null, 9_163_428)]
    [TestCase("unet_plus_plus", 4, true, 9_163_824)]
    [TestCase("unet_plus_plus", 21, null, 9_163_989)]
    [TestCase("fcn32s", 21, null, 134_346_581)]
    [TestCase("fcn16s", 21, null, 134_357_354)]
    [TestCase("fcn8s", 21, null, 134_362_751)]
    [TestCase("fcn8s_at_once", 21, null, 134_362_751)]
    [TestCase("fcn32s", 4, null, 134_276_932)]
    [TestCase("fcn16s", 4, null, 134_278_984)]
    [TestCase("fcn8s", 4, null, 134_280_012)]
    [TestCase("fcn_resnet50", 21, false, 32_957_013)]
    [TestCase("fcn_resnet50", 21, null, 35_322_218)]
    [TestCase("fcn_resnet101", 21, false, 51_949_141)]
    [TestCase("fcn_resnet101", 21, null, 54_314_346)]
    [TestCase("fcn_resnet152", 21, false, 67_592_789)]
    [TestCase("fcn_resnet152", 21, null, 69_957_994)]
    [TestCase("deeplab_largefov", 21, null, 20_505_429)]
    [TestCase("deeplab_aspp", 21, null, 37_877_652)]
    public void A_network_has_the_published_number_of_trained_parameters(string name, int classes, bool? auxiliaryHeads, long trained)
    {
        SegmentationModel model = ModelCatalog.Create(name, s_plan, classes, new ModelChoices { AuxiliaryHeads = auxiliaryHeads }, 1);
        Assert.That(model.TrainedCount, Is.EqualTo(trained));
    }

    [Test]
    public void Names_are_unique([ValueSource(nameof(Names))] string name)
    {
        SegmentationModel model = ModelCatalog.Create(name, s_plan, 3, new ModelChoices(), 1);
        string[] names = [.. model.Parameters().Select(parameter => parameter.FullName)];
        Assert.That(names, Is.Unique);
        Assert.That(model.Name, Is.EqualTo(name));
    }

    [TestCase("fcn_resnet50", "backbone.layer1.0.conv1.weight", "backbone.layer4.2.bn3.running_var", "backbone.layer2.0.downsample.1.bias", "classifier.4.bias", "aux_classifier.1.running_mean")]
    [TestCase("fcn8s", "conv1_1.weight", "conv5_3.bias", "fc6.weight", "score_fr.bias", "upscore2.weight", "score_pool3.weight", "upscore8.weight")]
    [TestCase("unet_milesial", "inc.double_conv.0.weight", "down4.maxpool_conv.1.double_conv.4.running_var", "up1.up.bias", "up4.conv.double_conv.3.weight", "outc.conv.bias")]
    [TestCase("unet_plus_plus", "conv0_0.conv1.bias", "conv0_4.bn2.running_mean", "final.weight")]
    [TestCase("deeplab_aspp", "conv5_3.weight", "fc6_1.weight", "fc8_4.bias")]
    public void Parameters_have_the_authors_names(string name, params string[] expected)
    {
        SegmentationModel model = ModelCatalog.Create(name, s_plan, 3, new ModelChoices(), 1);
        Assert.That(model.Parameters().Select(parameter => parameter.FullName), Is.SupersetOf(expected));
    }

    private static IEnumerable<string> Names() => ModelCatalog.Models.Keys;
}
