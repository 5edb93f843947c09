using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Concatenation;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.Interpolation;
using SegFromScratch.Layers.Decoders;
using SegFromScratch.Layers.Encoders;
using SegFromScratch.Layers.Initialization;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Models;

/// <summary>
/// DeepLabV3+ as in github.com/VainF/DeepLabV3Plus-Pytorch, with its parameter names: the atrous pyramid of the last features, enlarged and joined with few channels of early ones,
/// a 3x3 and a 1x1 convolution, and bilinear interpolation to the size of the image.
/// </summary>
public sealed class DeepLabV3PlusTorch : SegmentationModel
{
    private const int PyramidChannels = 256;
    private const int ProjectedChannels = 48;
    private const int FullWidth = 64;
    private readonly ITwoLevelEncoder _backbone;
    private readonly Sequence _project;
    private readonly AtrousPyramid _pyramid;
    private readonly Sequence _classifier;

    // The width is that of a ResNet's first convolution, 64 in full.
    private DeepLabV3PlusTorch(string name, LayerStyle style, ITwoLevelEncoder backbone, int width, int classes, int outputStride, float dropout)
        : base(style.Device, classes)
    {
        Name = name;
        _backbone = backbone;
        Add("backbone", (Module)backbone);
        int channels = PyramidChannels * width / FullWidth, projected = Math.Max(1, ProjectedChannels * width / FullWidth);
        _project = Add("classifier.project", style.ConvolutionNormalization("project", backbone.LowLevelChannels, projected, 1, ConvolutionOptions.Default));
        _pyramid = Add("classifier.aspp", new AtrousPyramid(style.In("aspp"), backbone.Channels, channels, outputStride, dropout));
        _classifier = Add("classifier.classifier", new Sequence(
            Device,
            ("0", style.Convolution("0", projected + channels, channels, 3, ConvolutionOptions.Symmetric(1))),
            ("1", style.Normalize(channels)),
            ("3", style.Biased("3", channels, classes, 1, ConvolutionOptions.Default))));
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <summary>On a ResNet.</summary>
    /// <param name="device">Where parameters lie.</param>
    /// <param name="classes">Logits a pixel.</param>
    /// <param name="options">Depth, width and output stride.</param>
    /// <param name="dropout">The share of activations dropped after the pyramid: 0.1.</param>
    /// <param name="seed">Fixes the random start.</param>
    public static DeepLabV3PlusTorch OnResNet(Device device, int classes, ResNetOptions options, float dropout = 0.1f, ulong seed = 1)
    {
        ArgumentNullException.ThrowIfNull(options);
        var backbone = new ResNet(BackboneStyle(device, seed), options);
        return new DeepLabV3PlusTorch($"deeplabv3plus_resnet{options.Depth}", HeadStyle(device, seed), backbone, options.Width, classes, options.OutputStride, dropout);
    }

    /// <summary>On a MobileNetV2.</summary>
    /// <param name="device">Where parameters lie.</param>
    /// <param name="classes">Logits a pixel.</param>
    /// <param name="outputStride">Image rows for each row of the last features: 16 or 8.</param>
    /// <param name="width">Channels of the first convolution: 32.</param>
    /// <param name="dropout">The share of activations dropped after the pyramid: 0.1.</param>
    /// <param name="seed">Fixes the random start.</param>
    public static DeepLabV3PlusTorch OnMobileNetV2(Device device, int classes, int outputStride = 16, int width = 32, float dropout = 0.1f, ulong seed = 1)
    {
        var backbone = new MobileNetV2(BackboneStyle(device, seed), outputStride, width);
        return new DeepLabV3PlusTorch("deeplabv3plus_mobilenetv2", HeadStyle(device, seed), backbone, 2 * width, classes, outputStride, dropout);
    }

    /// <inheritdoc/>
    public override int InputSizeFor(int outputSize) => outputSize;

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input)
    {
        (Tensor features, Tensor early) = _backbone.ForwardWithLowLevel(step, input);
        Tensor pyramid = Consume(step, _pyramid, features);
        Tensor large = Interpolation.Apply(step, pyramid, early.Shape.Height, early.Shape.Width, InterpolationMode.Bilinear);
        Step.Release(pyramid);
        Tensor projected = Consume(step, _project, early);
        Tensor joined = Concatenation.Apply(step, projected, large);
        Step.Release(projected);
        Step.Release(large);
        Tensor small = Consume(step, _classifier, joined);
        Tensor logits = Interpolation.Apply(step, small, input.Shape.Height, input.Shape.Width, InterpolationMode.Bilinear);
        Step.Release(small);
        return logits;
    }

    // The authors let the statistics of the pretrained backbone move slowly.
    private static LayerStyle BackboneStyle(Device device, ulong seed)
    {
        LayerStyle style = LayerStyle.TorchVision(device, seed).In("backbone");
        return style with { Normalization = style.Normalization with { Momentum = 0.01f } };
    }

    private static LayerStyle HeadStyle(Device device, ulong seed) => LayerStyle.Torch(device, seed).In("classifier") with { Weights = Initializers.Normal };
}
