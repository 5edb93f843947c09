using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.AveragePooling;
using SegFromScratch.Kernels.BatchNormalization;
using SegFromScratch.Kernels.Concatenation;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.Interpolation;
using SegFromScratch.Kernels.TransposedConvolution;
using SegFromScratch.Layers.Encoders;
using SegFromScratch.Layers.Initialization;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Models;

/// <summary>
/// The network of Atienza's "Advanced Deep Learning with TensorFlow 2 and Keras", chapter 12: ResNet56v2, a pyramid of smaller maps, three by default, below its features, all joined at
/// a quarter of the image and enlarged by two transposed convolutions. The image's sides must be multiples of 4 * 2^maps: 32 by default.
/// </summary>
public sealed class PyramidFcn : SegmentationModel
{
    private readonly int _pyramidLevels;
    private readonly ResNet56V2 _encoder;
    private readonly Function _pool;
    private readonly Sequence[] _shrink;
    private readonly Sequence[] _level;
    private readonly Sequence _decoder;

    /// <summary>Makes the network with random weights.</summary>
    /// <param name="device">Where parameters lie.</param>
    /// <param name="classes">Logits a pixel.</param>
    /// <param name="width">Channels of the first convolution: 16.</param>
    /// <param name="pyramidLevels">Smaller maps: 2 to 5.</param>
    /// <param name="seed">Fixes the random start.</param>
    public PyramidFcn(Device device, int classes, int width = 16, int pyramidLevels = 3, ulong seed = 1)
        : base(device, classes)
    {
        if (pyramidLevels is < 2 or > 5)
            throw new ArgumentException($"the pyramid has 2 to 5 levels, not {pyramidLevels}", nameof(pyramidLevels));
        (_pyramidLevels, _shrink, _level) = (pyramidLevels, new Sequence[pyramidLevels - 1], new Sequence[pyramidLevels]);

        // Keras's momentum 0.99 is 0.01 in PyTorch's sense.
        var style = new LayerStyle(device, seed, Initializers.HeNormal, new BatchNormalizationOptions { Epsilon = 1e-3f, Momentum = 0.01f }) { BiasBeforeNormalization = true };
        _encoder = Add("backbone", new ResNet56V2(style.In("backbone"), width));
        int channels = _encoder.Channels;
        _pool = Add("feature1", new Function(device, (step, features) => AveragePooling.Apply(step, features, AveragePoolingOptions.Square(2, 2))));
        for (int level = 0; level < pyramidLevels; level++)
        {
            if (level > 0)
                _shrink[level - 1] = Add($"feature{level + 1}", style.ConvolutionNormalization($"feature{level + 1}", level == 1 ? channels : 2 * channels, 2 * channels, 3, ConvolutionOptions.Same(stride: 2)));
            string name = $"conv_fcn_{8 << level}";
            _level[level] = Add(name, style.ConvolutionNormalization(name, level == 0 ? channels : 2 * channels, channels, 3, ConvolutionOptions.Same()));
        }

        _decoder = Add("decoder", new Sequence(
            device,
            ("0", Up(style, "0", (pyramidLevels + 1) * channels, channels, 3, 2)),
            ("1", style.Normalize(channels)),
            ("2", Up(style, "2", channels, channels, 3, 2)),
            ("3", style.Normalize(channels)),
            ("4", Up(style, "4", channels, classes, 1, 1))));
    }

    /// <inheritdoc/>
    public override string Name => "fcn_pyramid";

    /// <inheritdoc/>
    public override int InputSizeFor(int outputSize) => (outputSize + (4 << _pyramidLevels) - 1) / (4 << _pyramidLevels) * (4 << _pyramidLevels);

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input)
    {
        CheckInput(input);
        var maps = new Tensor[_pyramidLevels + 1];
        maps[0] = _encoder.Forward(step, input);
        Tensor current = _pool.Forward(step, maps[0]);
        for (int level = 0; level < _pyramidLevels; level++)
        {
            Tensor small = _level[level].Forward(step, current);
            maps[level + 1] = Interpolation.Apply(step, small, maps[0].Shape.Height, maps[0].Shape.Width, InterpolationMode.Bilinear);
            Step.Release(small);
            if (level < _pyramidLevels - 1)
                current = Consume(step, _shrink[level], current);
        }

        Step.Release(current);
        Tensor joined = Concatenation.Apply(step, maps);
        foreach (Tensor map in maps)
            Step.Release(map);
        return Consume(step, _decoder, joined);
    }

    private static TransposedConvolution2D Up(LayerStyle style, string name, int inputChannels, int outputChannels, int kernel, int stride) =>
        new(style.Device, inputChannels, outputChannels, kernel, TransposedConvolutionOptions.Same(kernel, stride), style.Weights, style.In(name).Seed);
}
