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
/// The network of Atienza's "Advanced Deep Learning with TensorFlow 2 and Keras", chapter 12: ResNet56v2, a pyramid of three smaller maps below its features, all joined at
/// a quarter of the image and enlarged by two transposed convolutions. The image's sides must be multiples of 32.
/// </summary>
public sealed class PyramidFcn : SegmentationModel
{
    private const int PyramidLevels = 3;
    private const int SizeUnit = 4 << PyramidLevels;
    private readonly ResNet56V2 _encoder;
    private readonly Function _pool;
    private readonly Sequence[] _shrink = new Sequence[PyramidLevels - 1];
    private readonly Sequence[] _level = new Sequence[PyramidLevels];
    private readonly Sequence _decoder;

    /// <summary>Makes the network with random weights.</summary>
    /// <param name="device">Where parameters lie.</param>
    /// <param name="classes">Logits a pixel.</param>
    /// <param name="width">Channels of the first convolution: 16.</param>
    /// <param name="seed">Fixes the random start.</param>
    public PyramidFcn(Device device, int classes, int width = 16, ulong seed = 1)
        : base(device, classes)
    {
        // Keras's momentum 0.99 is 0.01 in PyTorch's sense.
        var style = new LayerStyle(device, seed, Initializers.HeNormal, new BatchNormalizationOptions { Epsilon = 1e-3f, Momentum = 0.01f }) { BiasBeforeNormalization = true };
        _encoder = Add("backbone", new ResNet56V2(style.In("backbone"), width));
        int channels = _encoder.Channels;
        _pool = Add("feature1", new Function(device, (step, features) => AveragePooling.Apply(step, features, AveragePoolingOptions.Square(2, 2))));
        for (int level = 0; level < PyramidLevels; level++)
        {
            if (level > 0)
                _shrink[level - 1] = Add($"feature{level + 1}", style.ConvolutionNormalization($"feature{level + 1}", level == 1 ? channels : 2 * channels, 2 * channels, 3, ConvolutionOptions.Same(stride: 2)));
            string name = $"conv_fcn_{8 << level}";
            _level[level] = Add(name, style.ConvolutionNormalization(name, level == 0 ? channels : 2 * channels, channels, 3, ConvolutionOptions.Same()));
        }

        _decoder = Add("decoder", new Sequence(
            device,
            ("0", Up(style, "0", (PyramidLevels + 1) * channels, channels, 3, 2)),
            ("1", style.Normalize(channels)),
            ("2", Up(style, "2", channels, channels, 3, 2)),
            ("3", style.Normalize(channels)),
            ("4", Up(style, "4", channels, classes, 1, 1))));
    }

    /// <inheritdoc/>
    public override string Name => "fcn_pyramid";

    /// <inheritdoc/>
    public override int InputSizeFor(int outputSize) => (outputSize + SizeUnit - 1) / SizeUnit * SizeUnit;

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input)
    {
        CheckInput(input);
        var maps = new Tensor[PyramidLevels + 1];
        maps[0] = _encoder.Forward(step, input);
        Tensor current = _pool.Forward(step, maps[0]);
        for (int level = 0; level < PyramidLevels; level++)
        {
            Tensor small = _level[level].Forward(step, current);
            maps[level + 1] = Interpolation.Apply(step, small, maps[0].Shape.Height, maps[0].Shape.Width, InterpolationMode.Bilinear);
            Step.Release(small);
            if (level < PyramidLevels - 1)
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
