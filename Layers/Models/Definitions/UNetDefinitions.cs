using static SegFromScratch.Layers.Models.ModelSettings;

namespace SegFromScratch.Layers.Models.Definitions;

/// <summary>Networks of the U-Net family.</summary>
internal static class UNetDefinitions
{
    /// <summary>Each with its defaults.</summary>
    public static ModelDefinition[] All { get; } =
    [
        new("unet", "U-Net with 'same' convolutions, 8 filters at the first level unless told otherwise", "Severstal study (Keras)", [BaseFilters, Dropout],
            (device, classes, choices, seed) => new UNet(device, classes, choices.BaseFilters ?? 8, choices.Dropout ?? 0.2f, seed: seed)),
        new("unet2015", "the original U-Net with valid convolutions and 64 filters; inputs of 16 m + 12", "Ronneberger et al., MICCAI 2015", [BaseFilters],
            (device, classes, choices, seed) => new UNet2015(device, classes, choices.BaseFilters ?? 64, seed: seed)),
        new("unet_milesial", "the widespread PyTorch U-Net: transposed convolutions, any size of image", "github.com/milesial/Pytorch-UNet", [BaseFilters],
            (device, classes, choices, seed) => new MilesialUNet(device, classes, false, choices.BaseFilters ?? 64, seed)),
        new("unet_milesial_bilinear", "the same with bilinear enlargement and half the filters at the bottom", "github.com/milesial/Pytorch-UNet", [BaseFilters],
            (device, classes, choices, seed) => new MilesialUNet(device, classes, true, choices.BaseFilters ?? 64, seed)),
        new("unet_reflect", "U-Net with mirrored edges, strided convolutions and channel dropout", "VOC review", [BaseFilters, Dropout],
            (device, classes, choices, seed) => new ReflectUNet(device, classes, choices.BaseFilters ?? 64, choices.Dropout ?? 0.3f, seed)),
        new("unet_resnet34", "U-Net's decoder on a ResNet-34", "segmentation_models.pytorch", [BaseFilters], OnResNet(34)),
        new("unet_resnet50", "U-Net's decoder on a ResNet-50", "segmentation_models.pytorch", [BaseFilters], OnResNet(50)),
        new("unet_plus_plus", "U-Net++: nested skip paths; auxiliary heads are its deep supervision", "github.com/4uiiurz1/pytorch-nested-unet", [BaseFilters, AuxiliaryHeads], Nested(false)),
        new("unet_plus_plus_transposed", "U-Net++ with transposed convolutions", "Zhou et al., DLMIA 2018", [BaseFilters, AuxiliaryHeads], Nested(true)),
        new("unet_plus_plus_resnet34", "U-Net++'s decoder on a ResNet-34", "segmentation_models.pytorch", [BaseFilters], NestedOnResNet(34)),
        new("unet_plus_plus_resnet50", "U-Net++'s decoder on a ResNet-50", "segmentation_models.pytorch", [BaseFilters], NestedOnResNet(50)),
    ];

    private static ModelFactory Nested(bool transposed) => (device, classes, choices, seed) =>
        new UNetPlusPlus(device, classes, choices.AuxiliaryHeads ?? false, choices.BaseFilters ?? 32, seed, transposed);

    private static ModelFactory OnResNet(int depth) => (device, classes, choices, seed) => new ResNetUNet(device, classes, depth, choices.BaseFilters ?? 64, seed);

    private static ModelFactory NestedOnResNet(int depth) => (device, classes, choices, seed) => new ResNetUNetPlusPlus(device, classes, depth, choices.BaseFilters ?? 64, seed);
}
