using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.MaxPooling;
using SegFromScratch.Layers.Classifiers;
using SegFromScratch.Layers.Decoders;
using SegFromScratch.Layers.Encoders;
using SegFromScratch.Layers.Models;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Tests.Layers;

/// <summary>Counts of the authors' code, of torchvision and of the papers. On a planning device nothing is allocated.</summary>
public sealed class ParameterCountTests
{
    private static readonly PlanningDevice s_plan = new(new CpuDevice(1));

    [TestCase("unet_milesial", 2, null, 31_037_698)]
    [TestCase("unet_milesial", 1, null, 31_037_633)]
    [TestCase("unet_milesial_bilinear", 2, null, 17_263_042)]
    [TestCase("unet_reflect", 3, null, 32_085_699)]
    [TestCase("unet_resnet34", 1, null, 24_436_369)]
    [TestCase("unet_resnet50", 1, null, 32_521_105)]
    [TestCase("unet_plus_plus_resnet34", 1, null, 26_078_609)]
    [TestCase("unet_plus_plus_resnet50", 1, null, 48_985_745)]
    [TestCase("unet_plus_plus_transposed", 1, null, 9_049_473)]
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
    [TestCase("fcn32s_alexnet", 21, null, 57_089_877)]
    [TestCase("fcn32s_googlenet", 21, null, 5_621_429)]
    [TestCase("fcn_resnet50", 21, false, 32_957_013)]
    [TestCase("fcn_resnet50", 21, null, 35_322_218)]
    [TestCase("fcn_resnet101", 21, false, 51_949_141)]
    [TestCase("fcn_resnet101", 21, null, 54_314_346)]
    [TestCase("fcn_resnet152", 21, false, 67_592_789)]
    [TestCase("fcn_resnet152", 21, null, 69_957_994)]
    [TestCase("deeplab_largefov", 21, null, 20_505_429)]
    [TestCase("deeplab_4x4", 21, null, 65_140_565)]
    [TestCase("deeplab_aspp", 21, null, 37_877_652)]
    [TestCase("deeplab_aspp_small", 21, null, 37_877_652)]
    [TestCase("deeplabv2_resnet101", 21, null, 44_048_532)]
    [TestCase("deeplabv3_resnet50", 21, null, 42_004_074)]
    [TestCase("deeplabv3_resnet50", 21, false, 39_638_869)]
    [TestCase("deeplabv3_resnet101", 21, null, 60_996_202)]
    [TestCase("deeplabv3_resnet101", 21, false, 58_630_997)]
    [TestCase("deeplabv3_resnet152", 21, null, 76_639_850)]
    [TestCase("deeplabv3_resnet152", 21, false, 74_274_645)]
    [TestCase("deeplabv3plus_resnet50", 21, null, 39_761_845)]
    [TestCase("deeplabv3plus_resnet101", 21, null, 58_753_973)]
    [TestCase("deeplabv3plus_resnet152", 21, null, 74_397_621)]
    [TestCase("deeplabv3plus_separable_resnet34", 1, null, 22_437_457)]
    [TestCase("deeplabv3plus_separable_resnet50", 1, null, 26_677_585)]
    [TestCase("segnet", 11, null, 29_449_355)]
    [TestCase("segnet", 4, null, 29_445_316)]
    [TestCase("segnet", 21, null, 29_455_125)]
    [TestCase("pspnet_small_resnet34", 1, null, 1_501_217)]
    [TestCase("pspnet_resnet50", 21, false, 46_716_373)]
    [TestCase("pspnet_resnet50", 21, null, 49_081_578)]
    [TestCase("pspnet_resnet101", 21, false, 65_708_501)]
    [TestCase("pspnet_resnet101", 21, null, 68_073_706)]
    [TestCase("pspnet_resnet152", 21, false, 81_352_149)]
    [TestCase("pspnet_resnet152", 21, null, 83_717_354)]
    [TestCase("deeplabv3plus_mobilenetv2", 21, null, 5_225_717)]
    public void A_network_has_the_published_number_of_trained_parameters(string name, int classes, bool? auxiliaryHeads, long trained)
    {
        SegmentationModel model = ModelCatalog.Create(name, s_plan, classes, new ModelChoices { AuxiliaryHeads = auxiliaryHeads }, 1);
        Assert.That(model.TrainedCount, Is.EqualTo(trained));
    }

    [TestCase("deeplabv3plus_xception", 21, 41_055_413, 41_258_213)]
    [TestCase("deeplabv3plus_xception", 4, 41_051_044, 41_253_844)]
    [TestCase("deeplabv3plus_xception", 19, 41_054_899, 41_257_699)]
    [TestCase("deeplabv3plus_xception41", 21, 28_108_661, 28_241_573)]
    [TestCase("deeplabv3plus_xception71", 21, 43_477_837, 43_694_413)]
    [TestCase("deeplabv3plus_mobilenetv2_keras", 21, 2_113_557, 2_146_645)]
    [TestCase("fcn_tensorflow", 3, 9_295_491, 24_010_179)]
    [TestCase("segnet_basic", 11, 1_416_587, 1_417_611)]
    [TestCase("deeplabv3plus_severstal", 4, 41_083_068, 41_284_844)]
    [TestCase("segnet", 11, 29_449_355, 29_465_227)]
    [TestCase("fcn_pyramid", 4, 11_105_892, 11_120_900)]
    public void A_network_has_the_number_of_parameters_that_Keras_counts(string name, int classes, long trained, long total)
    {
        SegmentationModel model = ModelCatalog.Create(name, s_plan, classes, new ModelChoices(), 1);
        Assert.That((model.TrainedCount, model.TotalCount), Is.EqualTo((trained, total)));
    }

    [TestCase(2, 6_988_292)]
    [TestCase(3, 11_120_900)]
    [TestCase(4, 15_253_508)]
    [TestCase(5, 19_386_116)]
    public void A_pyramid_of_other_height_has_the_number_that_the_book_s_code_gives(int levels, long total) =>
        Assert.That(ModelCatalog.Create("fcn_pyramid", s_plan, 4, new ModelChoices { PyramidLevels = levels }, 1).TotalCount, Is.EqualTo(total));

    // torchvision's networks without their classifier, and those of TensorFlow and PyTorch.
    [TestCase(18, 11_176_512)]
    [TestCase(34, 21_284_672)]
    [TestCase(50, 23_508_032)]
    [TestCase(101, 42_500_160)]
    [TestCase(152, 58_143_808)]
    public void A_resnet_has_the_published_number(int depth, long trained) =>
        Assert.That(new ResNet(LayerStyle.TorchVision(s_plan, 1), new ResNetOptions(depth, 32)).TrainedCount, Is.EqualTo(trained));

    [Test]
    public void Other_encoders_and_heads_have_the_published_numbers()
    {
        LayerStyle style = LayerStyle.TorchVision(s_plan, 1);
        var xception = new Xception(style, 16, 32, ConvolutionOptions.Symmetric(1, stride: 2), reluAfterStem: true);
        Assert.That((xception.TrainedCount, xception.TotalCount), Is.EqualTo((37_867_312, 37_867_312 + 185_200)));
        Assert.That(new MobileNetV2(style, 16, 32).TrainedCount, Is.EqualTo(1_811_712));
        Assert.That(new Vgg16(style, 64, 1, 1, [.. Enumerable.Repeat(MaxPoolingOptions.Square(2, 2), 5)]).TrainedCount, Is.EqualTo(14_714_688));
        Assert.That(FcnHead.Create(style, 2048, 21, 0.1f).TrainedCount, Is.EqualTo(9_448_981));
        Assert.That(FcnHead.Create(style, 1024, 21, 0.1f).TrainedCount, Is.EqualTo(2_365_205));
        Assert.That(new UNet2015(s_plan, 2, inputChannels: 1).TrainedCount, Is.EqualTo(31_030_658));
    }

    // Caffe's files hold the fixed kernels of all pairs of classes, of which only those of a class with itself are not zero.
    [TestCase("fcn32s", 1_806_336)]
    [TestCase("fcn16s", 458_640)]
    [TestCase("fcn8s", 127_008)]
    public void The_fixed_kernels_are_the_diagonal_of_those_in_Caffe_s_files(string name, long full)
    {
        const int classes = 21;
        SegmentationModel model = ModelCatalog.Create(name, s_plan, classes, new ModelChoices(), 1);
        Assert.That((model.TotalCount - model.TrainedCount) * classes, Is.EqualTo(full));
    }

    [TestCase("vgg16", 138_357_544)]
    [TestCase("alexnet", 61_100_840)]
    [TestCase("googlenet", 13_004_888)]
    [TestCase("resnet18", 11_689_512)]
    [TestCase("resnet34", 21_797_672)]
    [TestCase("resnet50", 25_557_032)]
    [TestCase("resnet101", 44_549_160)]
    [TestCase("resnet152", 60_192_808)]
    public void A_classifier_has_the_number_that_torchvision_states(string name, long trained) =>
        Assert.That(ClassifierCatalog.Create(name, s_plan, 1000, 1).TrainedCount, Is.EqualTo(trained));

    [Test]
    public void Without_its_auxiliary_classifiers_GoogLeNet_has_the_number_that_torchvision_states() =>
        Assert.That(new GoogLeNetClassifier(s_plan, 1000, auxiliaryHeads: false).TrainedCount, Is.EqualTo(6_624_904));

    [Test]
    public void Names_are_unique([ValueSource(nameof(Names))] string name)
    {
        SegmentationModel model = ModelCatalog.Create(name, s_plan, 3, new ModelChoices(), 1);
        string[] names = [.. model.Parameters().Select(parameter => parameter.FullName)];
        Assert.That(names, Is.Unique);
        Assert.That(model.Name, Is.EqualTo(name));
    }

    [TestCase("fcn_resnet50", "backbone.layer1.0.conv1.weight", "backbone.layer4.2.bn3.running_var", "backbone.layer2.0.downsample.1.bias", "classifier.4.bias", "aux_classifier.1.running_mean")]
    [TestCase("deeplabv3_resnet50", "classifier.0.convs.0.1.weight", "classifier.0.convs.3.0.weight", "classifier.0.convs.4.1.weight", "classifier.0.convs.4.2.bias", "classifier.0.project.1.running_mean", "classifier.1.weight", "classifier.2.bias", "classifier.4.bias")]
    [TestCase("deeplabv3plus_resnet50", "backbone.layer1.0.conv1.weight", "classifier.project.0.weight", "classifier.aspp.convs.1.0.weight", "classifier.aspp.project.1.weight", "classifier.classifier.0.weight", "classifier.classifier.3.bias")]
    [TestCase("deeplabv3plus_xception", "entry_flow_conv1_1_BN.running_mean", "entry_flow_block1_separable_conv1_depthwise.weight", "middle_flow_unit_16_separable_conv3_pointwise_BN.bias", "exit_flow_block1_shortcut.weight", "aspp3_depthwise_BN.weight", "image_pooling.weight", "decoder_conv1_pointwise.weight", "logits_semantic.bias")]
    [TestCase("segnet", "conv1_1.weight", "conv1_1_bn.weight", "conv5_3_D.bias", "conv2_1_D_bn.running_mean", "conv1_1_D.weight")]
    [TestCase("pspnet_resnet50", "layer0.0.weight", "layer0.7.running_var", "layer3.5.conv2.weight", "ppm.features.3.1.weight", "ppm.features.0.2.bias", "cls.4.bias", "aux.1.weight")]
    [TestCase("deeplabv3plus_mobilenetv2", "backbone.low_level_features.0.0.weight", "backbone.low_level_features.1.conv.0.0.weight", "backbone.low_level_features.1.conv.1.weight", "backbone.high_level_features.17.conv.3.running_var")]
    [TestCase("fcn8s", "conv1_1.weight", "conv5_3.bias", "fc6.weight", "score_fr.bias", "upscore2.weight", "score_pool3.weight", "upscore8.weight")]
    [TestCase("fcn32s_alexnet", "features.0.weight", "features.10.bias", "classifier.1.weight", "classifier.4.bias", "score_fr.weight", "upscore.weight")]
    [TestCase("fcn32s_googlenet", "conv1.conv.weight", "conv3.bn.running_var", "inception3a.branch1.conv.weight", "inception4e.branch3.1.bn.bias", "inception5b.branch4.1.conv.weight", "score_fr.bias")]
    [TestCase("unet_milesial", "inc.double_conv.0.weight", "down4.maxpool_conv.1.double_conv.4.running_var", "up1.up.bias", "up4.conv.double_conv.3.weight", "outc.conv.bias")]
    [TestCase("unet_plus_plus", "conv0_0.conv1.bias", "conv0_4.bn2.running_mean", "final.weight")]
    [TestCase("deeplabv3plus_mobilenetv2_keras", "Conv.weight", "Conv_BN.bias", "expanded_conv_depthwise.weight", "expanded_conv_16_expand_BN.running_var", "image_pooling.weight", "concat_projection_BN.weight", "logits_semantic.bias")]
    [TestCase("deeplabv2_resnet101", "backbone.layer3.22.conv3.weight", "aspp.c0.weight", "aspp.c3.bias")]
    [TestCase("segnet_basic", "conv1.weight", "conv4_bn.running_mean", "conv_decode1_bn.bias", "conv_classifier.bias")]
    [TestCase("unet_resnet34", "encoder.layer4.2.conv2.weight", "decoder.blocks.0.conv1.0.weight", "decoder.blocks.4.conv2.1.running_var", "segmentation_head.0.bias")]
    [TestCase("unet_plus_plus_resnet34", "decoder.blocks.x_2_3.conv1.0.weight", "decoder.blocks.x_0_4.conv2.1.bias")]
    [TestCase("pspnet_small_resnet34", "decoder.psp.blocks.0.pool.1.0.bias", "decoder.psp.blocks.3.pool.1.1.running_mean", "decoder.conv.1.weight", "segmentation_head.0.weight")]
    [TestCase("deeplabv3plus_separable_resnet34", "decoder.aspp.0.convs.2.0.1.weight", "decoder.aspp.0.project.1.bias", "decoder.aspp.1.0.weight", "decoder.aspp.2.weight", "decoder.block1.0.weight", "decoder.block2.0.0.weight", "decoder.block2.1.bias")]
    [TestCase("deeplab_aspp", "conv5_3.weight", "fc6_1.weight", "fc8_4.bias")]
    public void Parameters_have_the_authors_names(string name, params string[] expected)
    {
        SegmentationModel model = ModelCatalog.Create(name, s_plan, 3, new ModelChoices(), 1);
        Assert.That(model.Parameters().Select(parameter => parameter.FullName), Is.SupersetOf(expected));
    }

    private static IEnumerable<string> Names() => ModelCatalog.Models.Keys;
}
