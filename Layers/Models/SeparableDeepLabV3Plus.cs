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
/// DeepLabV3+ as <c>DeepLabV3Plus</c> of github.com/qubvel-org/segmentation_models.pytorch, with its parameter names: separable convolutions in pyramid and decoder, dilations 12, 24 and 36
/// although features lie at a sixteenth of the image, and enlargement corners upon corners. The image's sides must be multiples of 16.
/// </summary>
public sealed class SeparableDeepLabV3Plus : SegmentationModel
{
    private const int OutputStride = 16;

    // The library's dilations are those that others use at this output stride.
    private const int DilationsOfStride = 8;
    private readonly ResNet _encoder;
    private readonly Sequence _pyramid;
    private readonly Sequence _lowLevel;
    private readonly Sequence _decoder;
    private readonly int _depth;

    /// <summary>Makes the network with random weights.</summary>
    /// <param name="device">Where its parameters lie.</param>
    /// <param name="classes">Logits a pixel.</param>
    /// <param name="depth">18, 34, 50, 101 or 152 layers of the encoder.</param>
    /// <param name="width">Channels of the encoder's first convolution: 64.</param>
    /// <param name="dropout">The share of activations dropped after the pyramid: 0.5.</param>
    /// <param name="seed">Fixes the random start.</param>
    public SeparableDeepLabV3Plus(Device device, int classes, int depth, int width = 64, float dropout = 0.5f, ulong seed = 1)
        : base(device, classes)
    {
        _depth = depth;
        LayerStyle style = LayerStyle.TorchVision(device, seed);
        LayerStyle decoder = style with { Weights = Initializers.HeUniform }, head = style with { Weights = Initializers.GlorotUniform };
        _encoder = Add("encoder", new ResNet(style.In("encoder"), new ResNetOptions(depth, OutputStride, width) { DilateFirstBlock = true }));
        int channels = 4 * width, projected = Math.Max(1, 3 * width / 4);
        _pyramid = Add("", new Sequence(
            device,
            ("decoder.aspp.0", new AtrousPyramid(decoder.In("aspp"), _encoder.Channels, channels, DilationsOfStride, dropout, separable: true)),
            ("decoder.aspp.1", AtrousPyramid.SeparablePair(decoder, "aspp.1", channels, channels)),
            ("decoder.aspp.2", decoder.Normalize(channels))));
        _lowLevel = Add("decoder.block1", decoder.ConvolutionNormalization("block1", _encoder.LowLevelChannels, projected, 1, ConvolutionOptions.Default));
        _decoder = Add("", new Sequence(
            device,
            ("decoder.block2", AtrousPyramid.Separable(decoder, "block2", channels + projected, channels)),
            ("segmentation_head.0", head.Biased("head", channels, classes, 1, ConvolutionOptions.Default))));
    }

    /// <inheritdoc/>
    public override string Name => $"deeplabv3plus_separable_resnet{_depth}";

    /// <inheritdoc/>
    public override int InputSizeFor(int outputSize) => (outputSize + OutputStride - 1) / OutputStride * OutputStride;

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input)
    {
        CheckInput(input);
        (Tensor features, Tensor early) = _encoder.ForwardWithLowLevel(step, input);
        Tensor large = Enlarge(step, Consume(step, _pyramid, features), early.Shape);
        Tensor projected = Consume(step, _lowLevel, early);
        Tensor joined = Concatenation.Apply(step, large, projected);
        Step.Release(large);
        Step.Release(projected);
        return Enlarge(step, Consume(step, _decoder, joined), input.Shape);
    }

    private static Tensor Enlarge(Step step, Tensor small, TensorShape size)
    {
        Tensor large = Interpolation.Apply(step, small, size.Height, size.Width, InterpolationMode.BilinearAlignCorners);
        Step.Release(small);
        return large;
    }
}
