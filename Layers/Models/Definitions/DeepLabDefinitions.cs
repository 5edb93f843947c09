using SegFromScratch.Layers.Encoders;
using static SegFromScratch.Layers.Models.ModelSettings;

namespace SegFromScratch.Layers.Models.Definitions;

/// <summary>DeepLab, versions 1 to 3+.</summary>
internal static class DeepLabDefinitions
{
    private const string ModelGarden = "TensorFlow model garden";

    /// <summary>Each with its defaults.</summary>
    public static ModelDefinition[] All { get; } =
    [
        new("deeplab_largefov", "DeepLab V1 on VGG16: one dilated 3x3 convolution with a large field of view", "Chen et al., ICLR 2015", [BaseFilters, Dropout],
            (device, classes, choices, seed) => DeepLabVgg16.LargeFieldOfView(device, classes, choices.BaseFilters ?? 64, choices.Dropout ?? 0.5f, seed)),
        new("deeplab_4x4", "DeepLab V1 on VGG16: one dilated 4x4 convolution of 4096 channels", "Chen et al., ICLR 2015", [BaseFilters, Dropout],
            (device, classes, choices, seed) => DeepLabVgg16.FourByFour(device, classes, choices.BaseFilters ?? 64, choices.Dropout ?? 0.5f, seed)),
        VggPyramid(false, "DeepLab V2 on VGG16: four branches with dilations 6 to 24, summed"),
        VggPyramid(true, "the same with dilations 2 to 12"),
        new("deeplabv2_resnet101", "DeepLab V2 on ResNet-101: four branches, and the largest logits of three scales", "Chen et al., TPAMI 2018", [BaseFilters, MultiScale, FrozenStatistics],
            (device, classes, choices, seed) => new DeepLabV2ResNet(device, classes, choices.MultiScale ?? true, choices.FrozenStatistics ?? false, choices.BaseFilters ?? 64, seed)),
        V3(50),
        V3(101),
        V3(152),
        V3Plus(50),
        V3Plus(101),
        V3Plus(152),
        new("deeplabv3plus_mobilenetv2", "DeepLabV3+ on MobileNetV2", "github.com/VainF/DeepLabV3Plus-Pytorch", [BaseFilters, Dropout, OutputStride],
            (device, classes, choices, seed) => DeepLabV3PlusTorch.OnMobileNetV2(device, classes, choices.OutputStride ?? 16, choices.BaseFilters ?? 32, choices.Dropout ?? 0.1f, seed)),
        new("deeplabv3plus_mobilenetv2_keras", "DeepLab on MobileNetV2 without a decoder", "github.com/bonlime/keras-deeplab-v3-plus", [BaseFilters, Dropout, ModelSettings.Enlargement],
            (device, classes, choices, seed) => new DeepLabMobileKeras(device, classes, choices.Enlargement ?? Enlargement.HalfPixel, choices.BaseFilters ?? 32, choices.Dropout ?? 0.1f, seed)),
        Separable(34),
        Separable(50),
        Xception("deeplabv3plus_xception", "DeepLabV3+ on the aligned Xception-65", ModelGarden, XceptionHabits.ModelGarden, 65, ModelSettings.Xception),
        Xception("deeplabv3plus_xception41", "DeepLabV3+ on the aligned Xception-41", ModelGarden, XceptionHabits.ModelGarden, 41, ModelSettings.Xception),
        Xception("deeplabv3plus_xception71", "DeepLabV3+ on the aligned Xception-71", ModelGarden, XceptionHabits.ModelGarden, 71, ModelSettings.Xception),
        Xception("deeplabv3plus_severstal", "DeepLabV3+ as the Severstal study has it: biases everywhere, nearest enlargement", "Severstal study (Keras)", XceptionHabits.Severstal, 65,
            [.. ModelSettings.Xception.Where(setting => setting != OutputStride)]),
    ];

    private static ModelDefinition VggPyramid(bool small, string summary) =>
        new(small ? "deeplab_aspp_small" : "deeplab_aspp", summary, "Chen et al., TPAMI 2018", [BaseFilters, Dropout], (device, classes, choices, seed) =>
            DeepLabVgg16.Pyramid(device, classes, choices.BaseFilters ?? 64, choices.Dropout ?? 0.5f, seed, small));

    private static ModelDefinition V3(int depth) =>
        new($"deeplabv3_resnet{depth}", $"DeepLabV3 on a dilated ResNet-{depth}", "torchvision", [BaseFilters, Dropout, OutputStride, AuxiliaryHeads], (device, classes, choices, seed) =>
            ResNetSegmentation.DeepLabV3(device, classes, ResNet(depth, choices, 8), choices.AuxiliaryHeads ?? true, choices.Dropout ?? 0.5f, seed));

    private static ModelDefinition V3Plus(int depth) =>
        new($"deeplabv3plus_resnet{depth}", $"DeepLabV3+ on a dilated ResNet-{depth}", "github.com/VainF/DeepLabV3Plus-Pytorch", [BaseFilters, Dropout, OutputStride], (device, classes, choices, seed) =>
            DeepLabV3PlusTorch.OnResNet(device, classes, ResNet(depth, choices, 16), choices.Dropout ?? 0.1f, seed));

    private static ModelDefinition Separable(int depth) =>
        new($"deeplabv3plus_separable_resnet{depth}", $"DeepLabV3+ with separable convolutions on a ResNet-{depth}", "segmentation_models.pytorch", [BaseFilters, Dropout], (device, classes, choices, seed) =>
            new SeparableDeepLabV3Plus(device, classes, depth, choices.BaseFilters ?? 64, choices.Dropout ?? 0.5f, seed));

    private static ModelDefinition Xception(string name, string summary, string source, XceptionHabits habits, int depth, ModelSetting[] settings) =>
        new(name, summary, source, settings, (device, classes, choices, seed) =>
            new DeepLabV3PlusXception(name, device, classes, choices.Over(habits), depth, choices.OutputStride ?? 16, choices.BaseFilters ?? 32, choices.Dropout ?? 0.1f, seed));

    private static ResNetOptions ResNet(int depth, ModelChoices choices, int outputStride) => new(depth, choices.OutputStride ?? outputStride, choices.BaseFilters ?? 64);
}
