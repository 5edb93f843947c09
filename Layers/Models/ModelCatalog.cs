using SegFromScratch.Engine.Devices;
using SegFromScratch.Layers.Encoders;

namespace SegFromScratch.Layers.Models;

/// <summary>Networks by name.</summary>
public static class ModelCatalog
{
    private const ChoiceKinds ResNetChoices = ChoiceKinds.BaseFilters | ChoiceKinds.Dropout | ChoiceKinds.OutputStride | ChoiceKinds.AuxiliaryHeads;

    private static readonly Dictionary<string, Definition> s_models = new()
    {
        ["unet"] = new("U-Net with 'same' convolutions, 8 filters at the first level unless told otherwise", ChoiceKinds.BaseFilters | ChoiceKinds.Dropout,
            (device, classes, choices, seed) => new UNet(device, classes, choices.BaseFilters ?? 8, choices.Dropout ?? 0.2f, seed: seed)),
        ["unet2015"] = new("the original U-Net with valid convolutions and 64 filters; inputs of 16 m + 12", ChoiceKinds.BaseFilters,
            (device, classes, choices, seed) => new UNet2015(device, classes, choices.BaseFilters ?? 64, seed: seed)),
        ["unet_milesial"] = new("the widespread PyTorch U-Net: transposed convolutions, any size of image", ChoiceKinds.BaseFilters,
            (device, classes, choices, seed) => new MilesialUNet(device, classes, false, choices.BaseFilters ?? 64, seed)),
        ["unet_milesial_bilinear"] = new("the same with bilinear enlargement and half the filters at the bottom", ChoiceKinds.BaseFilters,
            (device, classes, choices, seed) => new MilesialUNet(device, classes, true, choices.BaseFilters ?? 64, seed)),
        ["unet_reflect"] = new("U-Net with mirrored edges, strided convolutions and channel dropout, of the VOC review", ChoiceKinds.BaseFilters | ChoiceKinds.Dropout,
            (device, classes, choices, seed) => new ReflectUNet(device, classes, choices.BaseFilters ?? 64, choices.Dropout ?? 0.3f, seed)),
        ["unet_plus_plus"] = new("U-Net++: nested skip paths; auxiliary heads are its deep supervision", ChoiceKinds.BaseFilters | ChoiceKinds.AuxiliaryHeads,
            (device, classes, choices, seed) => new UNetPlusPlus(device, classes, choices.AuxiliaryHeads ?? false, choices.BaseFilters ?? 32, seed)),
        ["fcn32s"] = FcnVgg(32, false, "FCN-32s on VGG16"),
        ["fcn16s"] = FcnVgg(16, false, "FCN-16s on VGG16, with scores of pool4"),
        ["fcn8s"] = FcnVgg(8, false, "FCN-8s on VGG16, with scores of pool4 and pool3"),
        ["fcn8s_at_once"] = FcnVgg(8, true, "FCN-8s with scaled pool4 and pool3, trained in one go"),
        ["fcn_resnet50"] = FcnResNet(50),
        ["fcn_resnet101"] = FcnResNet(101),
        ["fcn_resnet152"] = FcnResNet(152),
        ["deeplabv3_resnet50"] = DeepLabV3(50),
        ["deeplabv3_resnet101"] = DeepLabV3(101),
        ["deeplabv3_resnet152"] = DeepLabV3(152),
        ["deeplabv3plus_resnet50"] = DeepLabV3Plus(50),
        ["deeplabv3plus_resnet101"] = DeepLabV3Plus(101),
        ["deeplabv3plus_resnet152"] = DeepLabV3Plus(152),
        ["deeplabv3plus_mobilenetv2"] = new("DeepLabV3+ on MobileNetV2, as in VainF's code", ChoiceKinds.BaseFilters | ChoiceKinds.Dropout | ChoiceKinds.OutputStride,
            (device, classes, choices, seed) => DeepLabV3PlusTorch.OnMobileNetV2(device, classes, choices.OutputStride ?? 16, choices.BaseFilters ?? 32, choices.Dropout ?? 0.1f, seed)),
        ["deeplabv3plus_xception"] = new("DeepLabV3+ on the aligned Xception-65, as in TensorFlow's model garden", ChoiceKinds.BaseFilters | ChoiceKinds.Dropout | ChoiceKinds.OutputStride,
            (device, classes, choices, seed) => DeepLabV3PlusXception.Create(device, classes, choices.OutputStride ?? 16, choices.BaseFilters ?? 32, choices.Dropout ?? 0.1f, seed)),
        ["deeplabv3plus_severstal"] = new("DeepLabV3+ as the Severstal study has it: biases everywhere, nearest enlargement", ChoiceKinds.BaseFilters | ChoiceKinds.Dropout,
            (device, classes, choices, seed) => DeepLabV3PlusXception.CreateSeverstal(device, classes, choices.BaseFilters ?? 32, choices.Dropout ?? 0.1f, seed)),
        ["segnet"] = new("SegNet: VGG16 with normalisation, and unpooling to where the maxima lay", ChoiceKinds.BaseFilters,
            (device, classes, choices, seed) => new SegNet(device, classes, choices.BaseFilters ?? 64, seed)),
        ["pspnet_resnet50"] = Pspnet(50),
        ["pspnet_resnet101"] = Pspnet(101),
        ["pspnet_resnet152"] = Pspnet(152),
        ["fcn_pyramid"] = new("ResNet56v2 with a feature pyramid, of the book's chapter 12; sides of 32 m", ChoiceKinds.BaseFilters,
            (device, classes, choices, seed) => new PyramidFcn(device, classes, choices.BaseFilters ?? 16, seed)),
        ["deeplab_largefov"] = new("DeepLab V1 on VGG16: one dilated 3x3 convolution with a large field of view", ChoiceKinds.BaseFilters | ChoiceKinds.Dropout,
            (device, classes, choices, seed) => DeepLabVgg16.LargeFieldOfView(device, classes, choices.BaseFilters ?? 64, choices.Dropout ?? 0.5f, seed)),
        ["deeplab_aspp"] = new("DeepLab V2 on VGG16: four dilated branches, summed", ChoiceKinds.BaseFilters | ChoiceKinds.Dropout,
            (device, classes, choices, seed) => DeepLabVgg16.Pyramid(device, classes, choices.BaseFilters ?? 64, choices.Dropout ?? 0.5f, seed)),
    };

    private delegate SegmentationModel Factory(Device device, int classes, ModelChoices choices, ulong seed);

    /// <summary>The names, with one line about each.</summary>
    public static IReadOnlyDictionary<string, string> Models { get; } = s_models.ToDictionary(pair => pair.Key, pair => pair.Value.Summary);

    /// <summary>Makes a network with random weights.</summary>
    /// <param name="name">One of <see cref="Models"/>.</param>
    /// <param name="device">Where its parameters lie.</param>
    /// <param name="classes">Logits a pixel, at least 1.</param>
    /// <param name="choices">What differs from the network's defaults.</param>
    /// <param name="seed">Fixes the random start.</param>
    /// <exception cref="ArgumentException">The name is unknown, or a choice is impossible.</exception>
    public static SegmentationModel Create(string name, Device device, int classes, ModelChoices choices, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(choices);
        if (!s_models.TryGetValue(name, out Definition? model))
            throw new ArgumentException($"model '{name}' is unknown: choose {string.Join(", ", s_models.Keys)}", nameof(name));
        if (classes < 1)
            throw new ArgumentException($"a network needs at least 1 class, not {classes}", nameof(classes));
        choices.Check(name, model.Offered);
        return model.Create(device, classes, choices, seed);
    }

    private static Definition FcnVgg(int stride, bool atOnce, string summary) =>
        new(summary, ChoiceKinds.BaseFilters | ChoiceKinds.Dropout, (device, classes, choices, seed) =>
            new FcnVgg16(device, classes, stride, atOnce, choices.BaseFilters ?? 64, choices.Dropout ?? 0.5f, seed));

    private static Definition FcnResNet(int depth) =>
        new($"FCN on a dilated ResNet-{depth}, as in torchvision", ResNetChoices, (device, classes, choices, seed) =>
            ResNetSegmentation.Fcn(device, classes, ResNet(depth, choices), choices.AuxiliaryHeads ?? true, choices.Dropout ?? 0.1f, seed));

    private static Definition DeepLabV3(int depth) =>
        new($"DeepLabV3 on a dilated ResNet-{depth}, as in torchvision", ResNetChoices, (device, classes, choices, seed) =>
            ResNetSegmentation.DeepLabV3(device, classes, ResNet(depth, choices), choices.AuxiliaryHeads ?? true, choices.Dropout ?? 0.5f, seed));

    private static Definition DeepLabV3Plus(int depth) =>
        new($"DeepLabV3+ on a dilated ResNet-{depth}, as in VainF's code", ChoiceKinds.BaseFilters | ChoiceKinds.Dropout | ChoiceKinds.OutputStride, (device, classes, choices, seed) =>
            DeepLabV3PlusTorch.OnResNet(device, classes, ResNet(depth, choices with { OutputStride = choices.OutputStride ?? 16 }), choices.Dropout ?? 0.1f, seed));

    private static Definition Pspnet(int depth) =>
        new($"PSPNet on a dilated ResNet-{depth} with a deep stem", ChoiceKinds.BaseFilters | ChoiceKinds.Dropout | ChoiceKinds.AuxiliaryHeads, (device, classes, choices, seed) =>
            new PyramidScene(device, classes, depth, choices.AuxiliaryHeads ?? true, choices.BaseFilters ?? 64, choices.Dropout ?? 0.1f, seed));

    private static ResNetOptions ResNet(int depth, ModelChoices choices) => new(depth, choices.OutputStride ?? 8, choices.BaseFilters ?? 64);

    private sealed record Definition(string Summary, ChoiceKinds Offered, Factory Create);
}
