using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.Interpolation;
using SegFromScratch.Layers.Decoders;
using SegFromScratch.Layers.Encoders;
using SegFromScratch.Layers.Initialization;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Models;

/// <summary>
/// PSPNet as <c>PSPNet</c> of github.com/qubvel-org/segmentation_models.pytorch, with its parameter names: only the encoder's first two layers, so that features lie at an eighth of the image
/// without dilation. That library's files also hold the unused layers 3 and 4.
/// </summary>
public sealed class SmallPyramidScene : SegmentationModel
{
    private const int OutputStride = 8;
    private const int UsedLayers = 2;
    private readonly Sequence _all;
    private readonly int _depth;

    /// <summary>Makes the network with random weights.</summary>
    /// <param name="device">Where its parameters lie.</param>
    /// <param name="classes">Logits a pixel.</param>
    /// <param name="depth">18, 34, 50, 101 or 152 layers of the encoder.</param>
    /// <param name="width">Channels of the encoder's first convolution: 64.</param>
    /// <param name="dropout">The share of channels dropped before the last convolution: 0.2.</param>
    /// <param name="seed">Fixes the random start.</param>
    public SmallPyramidScene(Device device, int classes, int depth, int width = 64, float dropout = 0.2f, ulong seed = 1)
        : base(device, classes)
    {
        _depth = depth;
        LayerStyle style = LayerStyle.TorchVision(device, seed);
        LayerStyle decoder = style with { Weights = Initializers.HeUniform }, head = style with { Weights = Initializers.GlorotUniform };
        var encoder = new ResNet(style.In("encoder"), new ResNetOptions(depth, OutputStride, width) { Layers = UsedLayers });
        int channels = 8 * width;
        _all = Add("", new Sequence(
            device,
            ("encoder", encoder),
            ("decoder.psp", new PyramidPooling(decoder.In("psp"), encoder.Channels, plainWhole: true)),
            ("decoder.conv", decoder.ConvolutionNormalization("conv", 2 * encoder.Channels, channels, 1, ConvolutionOptions.Default)),
            ("decoder.dropout", Function.ChannelDropout(device, dropout)),
            ("segmentation_head.0", head.Biased("head", channels, classes, 3, ConvolutionOptions.Symmetric(1)))));
    }

    /// <inheritdoc/>
    public override string Name => $"pspnet_small_resnet{_depth}";

    /// <inheritdoc/>
    public override int InputSizeFor(int outputSize) => (outputSize + OutputStride - 1) / OutputStride * OutputStride;

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input)
    {
        CheckInput(input);
        Tensor small = _all.Forward(step, input);
        Tensor logits = Interpolation.Apply(step, small, input.Shape.Height, input.Shape.Width, InterpolationMode.BilinearAlignCorners);
        Step.Release(small);
        return logits;
    }
}
