using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Interpolation;
using SegFromScratch.Layers.Decoders;
using SegFromScratch.Layers.Encoders;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Models;

/// <summary>
/// torchvision's segmentation networks: a ResNet whose last layers are dilated, a classifier on its last layer, in training an FCN head on the third,
/// and bilinear interpolation to the size of the image. Parameters have torchvision's names, so its files can be loaded.
/// </summary>
public sealed class ResNetSegmentation : SegmentationModel
{
    private const int AuxiliaryLayer = 3;
    private const float AuxiliaryWeight = 0.5f;
    private readonly ResNet _backbone;
    private readonly Module _classifier;
    private readonly Module? _auxiliary;

    private ResNetSegmentation(string name, LayerStyle style, int classes, ResNetOptions options, bool auxiliaryHead, Func<LayerStyle, int, Module> classifier)
        : base(style.Device, classes)
    {
        Name = name;
        _backbone = Add("backbone", new ResNet(style.In("backbone"), options));
        LayerStyle heads = LayerStyle.Torch(style.Device, style.Seed);
        _classifier = Add("classifier", classifier(heads.In("classifier"), _backbone.Channels));
        if (auxiliaryHead)
            _auxiliary = Add("aux_classifier", FcnHead.Create(heads.In("aux_classifier"), _backbone.ChannelsOfLayer(AuxiliaryLayer), classes, 0.1f));
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <summary>Long, Shelhamer and Darrell's fully convolutional network on a ResNet. torchvision: <c>fcn_resnet50</c>, <c>fcn_resnet101</c>.</summary>
    /// <param name="device">Where parameters lie.</param>
    /// <param name="classes">Logits a pixel.</param>
    /// <param name="options">Depth, width and output stride (8 in torchvision).</param>
    /// <param name="auxiliaryHead">True trains with a second head on the third layer, whose loss counts half.</param>
    /// <param name="dropout">The share of activations dropped before the last convolution: 0.1 in torchvision.</param>
    /// <param name="seed">Fixes the random start.</param>
    public static ResNetSegmentation Fcn(Device device, int classes, ResNetOptions options, bool auxiliaryHead = true, float dropout = 0.1f, ulong seed = 1)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new ResNetSegmentation(
            $"fcn_resnet{options.Depth}", LayerStyle.TorchVision(device, seed), classes, options, auxiliaryHead, (style, channels) => FcnHead.Create(style, channels, classes, dropout));
    }

    /// <summary>DeepLabV3 on a ResNet. torchvision: <c>deeplabv3_resnet50</c>, <c>deeplabv3_resnet101</c>.</summary>
    /// <param name="device">Where parameters lie.</param>
    /// <param name="classes">Logits a pixel.</param>
    /// <param name="options">Depth, width and output stride (8 in torchvision).</param>
    /// <param name="auxiliaryHead">True trains with a second head on the third layer, whose loss counts half.</param>
    /// <param name="dropout">The share of activations dropped after the pyramid: 0.5 in torchvision.</param>
    /// <param name="seed">Fixes the random start.</param>
    public static ResNetSegmentation DeepLabV3(Device device, int classes, ResNetOptions options, bool auxiliaryHead = true, float dropout = 0.5f, ulong seed = 1)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new ResNetSegmentation(
            $"deeplabv3_resnet{options.Depth}",
            LayerStyle.TorchVision(device, seed),
            classes,
            options,
            auxiliaryHead,
            (style, channels) => DeepLabV3Head.Create(style, channels, 4 * options.Width, classes, options.OutputStride, dropout));
    }

    /// <inheritdoc/>
    public override int InputSizeFor(int outputSize) => outputSize;

    /// <inheritdoc/>
    public override IReadOnlyList<WeightedLogits> ForwardAll(Step step, Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (_auxiliary is null)
            return base.ForwardAll(step, input);
        (Tensor features, Tensor tap) = _backbone.ForwardWithTap(step, input, AuxiliaryLayer);
        Tensor auxiliary = Classify(step, _auxiliary, tap, input.Shape);
        return [new WeightedLogits(Classify(step, _classifier, features, input.Shape), 1), new WeightedLogits(auxiliary, AuxiliaryWeight)];
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input) =>
        Classify(step, _classifier, _backbone.Forward(step, input), input.Shape);

    // Releases the features.
    private static Tensor Classify(Step step, Module head, Tensor features, TensorShape size)
    {
        Tensor small = Consume(step, head, features);
        Tensor logits = Interpolation.Apply(step, small, size.Height, size.Width, InterpolationMode.Bilinear);
        Step.Release(small);
        return logits;
    }
}
