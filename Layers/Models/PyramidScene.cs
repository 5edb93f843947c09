using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.Interpolation;
using SegFromScratch.Layers.Decoders;
using SegFromScratch.Layers.Encoders;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Models;

/// <summary>
/// PSPNet: Zhao et al., "Pyramid scene parsing network", CVPR 2017, as in github.com/hszhao/semseg, with its parameter names: a dilated ResNet with a deep stem,
/// means over grids of 1, 2, 3 and 6 cells joined with the features, and interpolation corners upon corners. Images of 8 k + 1 fit best.
/// </summary>
public sealed class PyramidScene : SegmentationModel
{
    private const int AuxiliaryLayer = 3;
    private const float AuxiliaryWeight = 0.4f;
    private readonly ResNet _encoder;
    private readonly PyramidPooling _pyramid;
    private readonly Sequence _classifier;
    private readonly Sequence? _auxiliary;
    private readonly int _depth;

    /// <summary>Makes the network with random weights.</summary>
    /// <param name="device">Where parameters lie.</param>
    /// <param name="classes">Logits a pixel.</param>
    /// <param name="depth">50, 101 or 152 layers.</param>
    /// <param name="auxiliaryHead">True trains with a second head on the third layer, whose loss counts 0.4.</param>
    /// <param name="width">Channels of the first convolution: 64.</param>
    /// <param name="dropout">The share of channels dropped before the last convolution of each head: 0.1.</param>
    /// <param name="seed">Fixes the random start.</param>
    public PyramidScene(Device device, int classes, int depth, bool auxiliaryHead = true, int width = 64, float dropout = 0.1f, ulong seed = 1)
        : base(device, classes)
    {
        _depth = depth;
        LayerStyle style = LayerStyle.Torch(device, seed);
        var options = new ResNetOptions(depth, OutputStride: 8, width) { DeepStem = true, DilateFirstBlock = true };
        _encoder = Add("", new ResNet(LayerStyle.TorchVision(device, seed), options));
        int channels = _encoder.Channels;
        _pyramid = Add("ppm", new PyramidPooling(style.In("ppm"), channels));
        _classifier = Add("cls", Head(style.In("cls"), 2 * channels, channels / 4, classes, dropout));
        if (auxiliaryHead)
            _auxiliary = Add("aux", Head(style.In("aux"), channels / 2, channels / 8, classes, dropout));
    }

    /// <inheritdoc/>
    public override string Name => $"pspnet_resnet{_depth}";

    /// <inheritdoc/>
    public override int InputSizeFor(int outputSize) => outputSize;

    /// <inheritdoc/>
    public override IReadOnlyList<WeightedLogits> ForwardAll(Step step, Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (_auxiliary is null)
            return base.ForwardAll(step, input);
        (Tensor features, Tensor tap) = _encoder.ForwardWithTap(step, input, AuxiliaryLayer);
        Tensor auxiliary = Enlarge(step, Consume(step, _auxiliary, tap), input.Shape);
        return [new WeightedLogits(Classify(step, features, input.Shape), 1), new WeightedLogits(auxiliary, AuxiliaryWeight)];
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input) => Classify(step, _encoder.Forward(step, input), input.Shape);

    private Tensor Classify(Step step, Tensor features, TensorShape size) =>
        Enlarge(step, Consume(step, _classifier, Consume(step, _pyramid, features)), size);

    private static Tensor Enlarge(Step step, Tensor small, TensorShape size)
    {
        Tensor large = Interpolation.Apply(step, small, size.Height, size.Width, InterpolationMode.BilinearAlignCorners);
        Step.Release(small);
        return large;
    }

    private static Sequence Head(LayerStyle style, int inputChannels, int middle, int classes, float dropout) => new(
        style.Device,
        ("0", style.Convolution("0", inputChannels, middle, 3, ConvolutionOptions.Symmetric(1))),
        ("1", style.Normalize(middle)),
        ("3", Function.ChannelDropout(style.Device, dropout)),
        ("4", style.TorchBiased("4", middle, classes, 1, ConvolutionOptions.Default)));
}
