using SegFromScratch.Layers.Encoders;
using static SegFromScratch.Layers.Models.ModelSettings;

namespace SegFromScratch.Layers.Models.Definitions;

/// <summary>Fully convolutional networks, SegNet and PSPNet.</summary>
internal static class FcnDefinitions
{
    /// <summary>Each with its defaults.</summary>
    public static ModelDefinition[] All { get; } =
    [
        Vgg(32, false, "FCN-32s on VGG16"),
        Vgg(16, false, "FCN-16s on VGG16, with scores of pool4"),
        Vgg(8, false, "FCN-8s on VGG16, with scores of pool4 and pool3"),
        Vgg(8, true, "FCN-8s with scaled pool4 and pool3, trained in one go"),
        new("fcn32s_alexnet", "FCN-32s on AlexNet", "Long, Shelhamer and Darrell, CVPR 2015; encoder: torchvision", [BaseFilters, Dropout],
            (device, classes, choices, seed) => FcnClassic.AlexNet(device, classes, choices.BaseFilters ?? 64, choices.Dropout ?? 0.5f, seed)),
        new("fcn32s_googlenet", "FCN-32s on GoogLeNet", "Long, Shelhamer and Darrell, CVPR 2015; encoder: torchvision", [BaseFilters],
            (device, classes, choices, seed) => FcnClassic.GoogLeNet(device, classes, choices.BaseFilters ?? 64, seed)),
        new("fcn_tensorflow", "a decoder of transposed convolutions on a VGG16 that is not trained; sides of 32 m", "TensorFlow tutorial on the Oxford pets", [BaseFilters, FrozenEncoder],
            (device, classes, choices, seed) => new FcnTensorFlow(device, classes, choices.FrozenEncoder ?? true, choices.BaseFilters ?? 64, seed)),
        ResNet(50),
        ResNet(101),
        ResNet(152),
        new("fcn_pyramid", "ResNet56v2 with a feature pyramid; sides of 4 * 2^levels", "Atienza, Advanced Deep Learning, chapter 12", [BaseFilters, PyramidLevels],
            (device, classes, choices, seed) => new PyramidFcn(device, classes, choices.BaseFilters ?? 16, choices.PyramidLevels ?? 3, seed)),
        new("segnet", "VGG16 with normalisation, and unpooling to where the maxima lay", "Badrinarayanan et al., TPAMI 2017", [BaseFilters],
            (device, classes, choices, seed) => SegNet.Create(device, classes, choices.BaseFilters ?? 64, seed)),
        new("segnet_basic", "SegNet with four levels of one 7x7 convolution each way", "Badrinarayanan et al., TPAMI 2017", [BaseFilters],
            (device, classes, choices, seed) => SegNet.CreateBasic(device, classes, choices.BaseFilters ?? 64, seed)),
        Pspnet(50),
        Pspnet(101),
        Pspnet(152),
        new("pspnet_small_resnet34", "PSPNet on the first layers of a ResNet-34", "segmentation_models.pytorch", [BaseFilters, Dropout],
            (device, classes, choices, seed) => new SmallPyramidScene(device, classes, 34, choices.BaseFilters ?? 64, choices.Dropout ?? 0.2f, seed)),
    ];

    private static ModelDefinition Vgg(int stride, bool atOnce, string summary) =>
        new($"fcn{stride}s{(atOnce ? "_at_once" : "")}", summary, "Long, Shelhamer and Darrell, CVPR 2015", [BaseFilters, Dropout], (device, classes, choices, seed) =>
            new FcnVgg16(device, classes, stride, atOnce, choices.BaseFilters ?? 64, choices.Dropout ?? 0.5f, seed));

    private static ModelDefinition ResNet(int depth) =>
        new($"fcn_resnet{depth}", $"FCN on a dilated ResNet-{depth}", "torchvision", [BaseFilters, Dropout, OutputStride, AuxiliaryHeads], (device, classes, choices, seed) =>
            ResNetSegmentation.Fcn(device, classes, new ResNetOptions(depth, choices.OutputStride ?? 8, choices.BaseFilters ?? 64), choices.AuxiliaryHeads ?? true, choices.Dropout ?? 0.1f, seed));

    private static ModelDefinition Pspnet(int depth) =>
        new($"pspnet_resnet{depth}", $"PSPNet on a dilated ResNet-{depth} with a deep stem", "github.com/hszhao/semseg", [BaseFilters, Dropout, AuxiliaryHeads], (device, classes, choices, seed) =>
            new PyramidScene(device, classes, depth, choices.AuxiliaryHeads ?? true, choices.BaseFilters ?? 64, choices.Dropout ?? 0.1f, seed));
}
