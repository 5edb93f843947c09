using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Addition;
using SegFromScratch.Kernels.BatchNormalization;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.MaxPooling;
using SegFromScratch.Kernels.TransposedConvolution;
using SegFromScratch.Layers.Encoders;
using SegFromScratch.Layers.Initialization;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Models;

/// <summary>
/// The fully convolutional network of a TensorFlow tutorial on the Oxford pets: VGG16 that is not trained, and a decoder that enlarges five times by 3x3 transposed convolutions
/// and adds whole feature maps of blocks 5, 4 and 3 where FCN-8s adds scores. Convolutions and transposed convolutions have TensorFlow's 'same' alignment.
/// </summary>
/// <remarks>Start it from VGG16's weights: random features that are never trained are of little use.</remarks>
public sealed class FcnTensorFlow : SegmentationModel
{
    private const int FirstTap = 3;
    private const int SizeUnit = 32;
    private readonly Vgg16 _trunk;
    private readonly Sequence[] _stages;
    private readonly Sequence _last;

    /// <summary>Makes the network with random weights.</summary>
    /// <param name="device">Where its parameters lie.</param>
    /// <param name="classes">Logits a pixel.</param>
    /// <param name="frozenEncoder">True leaves VGG16 as it is, as the authors do.</param>
    /// <param name="width">Channels of the first block: 64.</param>
    /// <param name="seed">Fixes the random start.</param>
    public FcnTensorFlow(Device device, int classes, bool frozenEncoder = true, int width = 64, ulong seed = 1)
        : base(device, classes)
    {
        var style = new LayerStyle(device, seed, Initializers.GlorotUniform, new BatchNormalizationOptions());
        _trunk = Add("", new Vgg16(style with { Frozen = frozenEncoder }, width, firstPadding: 1, lastDilation: 1, [.. Enumerable.Repeat(MaxPoolingOptions.Square(2, 2), 5)]));
        int deep = Vgg16.Channels(width, 4), middle = Vgg16.Channels(width, 2), shallow = Vgg16.Channels(width, 1);
        _stages =
        [
            Add("", new Sequence(device, [.. Up(style, "up1", deep, deep), .. Refine(style, "conv1", deep)])),
            Add("", new Sequence(device, Up(style, "up2", deep, deep))),
            Add("", new Sequence(device, [.. Up(style, "up3", deep, middle), .. Refine(style, "conv3", middle)])),
        ];
        _last = Add("", new Sequence(device, [.. Up(style, "up4", middle, shallow), .. Refine(style, "conv4", shallow), ("logits", Enlarge(style, "logits", shallow, classes))]));
    }

    /// <inheritdoc/>
    public override string Name => "fcn_tensorflow";

    /// <inheritdoc/>
    public override int InputSizeFor(int outputSize) => (outputSize + SizeUnit - 1) / SizeUnit * SizeUnit;

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input)
    {
        CheckInput(input);
        (Tensor[] skips, Tensor current) = _trunk.FeaturesFrom(step, input, FirstTap);
        for (int stage = 0; stage < _stages.Length; stage++)
        {
            Tensor large = Consume(step, _stages[stage], current);
            Tensor skip = skips[^(stage + 1)];
            current = Addition.Apply(step, large, skip);
            Step.Release(large);
            Step.Release(skip);
        }

        return Consume(step, _last, current);
    }

    private static IEnumerable<(string Name, Module Module)> Up(LayerStyle style, string name, int inputChannels, int outputChannels) =>
        [(name, Enlarge(style, name, inputChannels, outputChannels)), ($"{name}_relu", Function.Relu(style.Device))];

    private static IEnumerable<(string Name, Module Module)> Refine(LayerStyle style, string name, int channels) =>
        [(name, style.Biased(name, channels, channels, 3, ConvolutionOptions.Same())), ($"{name}_relu", Function.Relu(style.Device))];

    private static TransposedConvolution2D Enlarge(LayerStyle style, string name, int inputChannels, int outputChannels) =>
        new(style.Device, inputChannels, outputChannels, 3, TransposedConvolutionOptions.Same(3, 2), style.Weights, style.In(name).Seed);
}
