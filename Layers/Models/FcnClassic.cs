using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.BatchNormalization;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.Cropping;
using SegFromScratch.Kernels.TransposedConvolution;
using SegFromScratch.Layers.Initialization;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Models;

/// <summary>
/// FCN-32s on the two encoders beside VGG16 that its paper compares, AlexNet and GoogLeNet: Long, Shelhamer and Darrell, CVPR 2015. The image is padded by 100, a 1x1 convolution gives scores at
/// a 32nd of its size, a fixed bilinear kernel of 63x63 enlarges them, and a crop cuts the image's part out. Encoders have torchvision's names, so its files start them.
/// </summary>
public sealed class FcnClassic : SegmentationModel
{
    private const int Stride = 32, Padding = 100;

    private readonly Module[] _layers;
    private readonly int _offset;

    private FcnClassic(string name, LayerStyle style, int classes, int featureChannels, int offset, params IEnumerable<(string Name, Module Module)> encoder)
        : base(style.Device, classes)
    {
        (Name, _offset) = (name, offset);
        LayerStyle zero = style with { Weights = Initializers.Constant(0) };
        _layers =
        [
            .. encoder.Select(part => Add(part.Name, part.Module)),
            Add("score_fr", zero.Biased("score_fr", featureChannels, classes, 1, ConvolutionOptions.Default)),
            Add("upscore", new TransposedConvolution2D(Device, classes, classes, (2 * Stride) - 1, TransposedConvolutionOptions.Symmetric(Stride, groups: classes), Initializers.BilinearKernel, 0, bias: false, isTrained: false)),
        ];
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <summary>On AlexNet, whose full layers become convolutions.</summary>
    /// <param name="device">Where parameters lie.</param>
    /// <param name="classes">Logits a pixel.</param>
    /// <param name="width">Channels of the first convolution: 64.</param>
    /// <param name="dropout">The share of activations dropped before each full layer: 0.5.</param>
    /// <param name="seed">Fixes the random start.</param>
    /// <remarks>Scores lie at pixels 13, 45, 77, ... of the image and at 31, 63, 95, ... of the enlarged map: the crop begins at 18, as in the authors' file.</remarks>
    public static FcnClassic AlexNet(Device device, int classes, int width = 64, float dropout = 0.5f, ulong seed = 1)
    {
        var style = new LayerStyle(device, seed, Initializers.Normal, new BatchNormalizationOptions());
        return new FcnClassic(
            "fcn32s_alexnet",
            style,
            classes,
            64 * width,
            offset: 18,
            ("", new Encoders.AlexNet(style, width, Padding, roundUp: true)),
            ("classifier", new Sequence(device, Encoders.AlexNet.FullLayers(style.In("classifier"), width, dropout))));
    }

    /// <summary>On GoogLeNet, of which only the last pooling and what follows it is left out.</summary>
    /// <param name="device">Where parameters lie.</param>
    /// <param name="classes">Logits a pixel.</param>
    /// <param name="width">Channels of the first convolution: 64.</param>
    /// <param name="seed">Fixes the random start.</param>
    /// <remarks>Scores lie at pixels -75, -43, ... of the image and at 31, 63, ... of the enlarged map: the crop begins at 106.</remarks>
    public static FcnClassic GoogLeNet(Device device, int classes, int width = 64, ulong seed = 1)
    {
        LayerStyle style = LayerStyle.TorchVision(device, seed);
        var encoder = new Encoders.GoogLeNet(style, width, Padding);
        return new FcnClassic("fcn32s_googlenet", style, classes, encoder.Channels, offset: 106, ("", encoder));
    }

    /// <inheritdoc/>
    public override int InputSizeFor(int outputSize) => outputSize;

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input)
    {
        Tensor large = Chain(step, input, _layers);
        Tensor logits = Cropping.Apply(step, large, new CropWindow(_offset, _offset, input.Shape.Height, input.Shape.Width));
        Step.Release(large);
        return logits;
    }
}
