using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.AdaptiveAveragePooling;
using SegFromScratch.Kernels.AveragePooling;
using SegFromScratch.Kernels.BatchNormalization;
using SegFromScratch.Kernels.Concatenation;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.Interpolation;
using SegFromScratch.Layers.Blocks;
using SegFromScratch.Layers.Decoders;
using SegFromScratch.Layers.Encoders;
using SegFromScratch.Layers.Initialization;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Models;

/// <summary>
/// DeepLabV3+ on the aligned Xception-65: Chen et al., "Encoder-decoder with atrous separable convolution", ECCV 2018. The pyramid's output is enlarged to a quarter of the image,
/// joined with early features, refined by separable convolutions and enlarged again.
/// </summary>
public sealed class DeepLabV3PlusXception : SegmentationModel
{
    private readonly Xception65 _encoder;
    private readonly SeparableAtrousPyramid _pyramid;
    private readonly Sequence _lowLevel;
    private readonly Sequence _decoder;
    private readonly Convolution2D _head;
    private readonly InterpolationMode _enlarge;
    private readonly int _sizeUnit;
    private readonly int _smallest;

    private DeepLabV3PlusXception(string name, int classes, int width, int outputStride, float dropout, Habits habits)
        : base(habits.Encoder.Device, classes)
    {
        Name = name;
        (_enlarge, _sizeUnit, _smallest) = (habits.Enlarge, habits.SizeUnit, habits.Smallest);
        int channels = 8 * width, lowLevelChannels = Math.Max(1, 3 * width / 2);
        LayerStyle style = habits.Decoder;
        _encoder = Add("", new Xception65(habits.Encoder, outputStride, width, habits.FirstConvolution, habits.ReluAfterStem));
        _pyramid = Add("", new SeparableAtrousPyramid(style, _encoder.Channels, channels, outputStride, dropout, habits.ImagePooling));
        _lowLevel = Add("", new Sequence(
            Device,
            ("feature_projection0", style.Convolution("feature_projection0", _encoder.LowLevelChannels, lowLevelChannels, 1, ConvolutionOptions.Default)),
            ("feature_projection0_BN", style.Normalize(lowLevelChannels))));
        _decoder = Add("", new Sequence(Device, Enumerable.Range(0, habits.DecoderConvolutions).Select(i =>
            ("", (Module)new SeparableConvolution(style, $"decoder_conv{i}", i == 0 ? channels + lowLevelChannels : channels, channels)))));
        _head = Add("logits_semantic", habits.Head.Biased("logits_semantic", channels, classes, 1, ConvolutionOptions.Default));
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <summary>The network as TensorFlow's model garden has it. Best on images of 16 k + 1 (8 k + 1 at output stride 8), whose corners stay upon corners.</summary>
    /// <param name="device">Where parameters lie.</param>
    /// <param name="classes">Logits a pixel.</param>
    /// <param name="outputStride">Image rows for each row of the encoder's output: 16 or 8.</param>
    /// <param name="width">Channels of the first convolution: 32.</param>
    /// <param name="dropout">The share of activations dropped after the pyramid: 0.1.</param>
    /// <param name="seed">Fixes the random start.</param>
    public static DeepLabV3PlusXception Create(Device device, int classes, int outputStride = 16, int width = 32, float dropout = 0.1f, ulong seed = 1)
    {
        // TensorFlow's decay 0.9997 is 0.0003 in PyTorch's sense.
        var encoder = new LayerStyle(device, seed, Initializers.TruncatedNormal(0.09), new BatchNormalizationOptions { Epsilon = 1e-3f, Momentum = 3e-4f });
        LayerStyle decoder = encoder with
        {
            Weights = Initializers.TruncatedNormal(0.06),
            DepthwiseWeights = Initializers.TruncatedNormal(0.33),
            Normalization = encoder.Normalization with { Epsilon = 1e-5f },
        };
        LayerStyle head = encoder with { Weights = Initializers.TruncatedNormal(0.01) };
        var habits = new Habits(encoder, decoder, head, ConvolutionOptions.Symmetric(1, stride: 2), AdaptiveAveragePooling.Global, InterpolationMode.BilinearAlignCorners)
        {
            DecoderConvolutions = 2,
        };
        return new DeepLabV3PlusXception("deeplabv3plus_xception", classes, width, outputStride, dropout, habits);
    }

    /// <summary>
    /// The network of the Severstal study, which differs: every convolution has a bias, kernels start by Glorot's rule, no ReLU follows the second convolution, the image branch takes
    /// means of 8x8 windows, enlargement is nearest-neighbour, and one separable convolution refines.
    /// </summary>
    /// <remarks>The study's dropout stays on in inference, which makes its predictions random; here it is on in training only.</remarks>
    /// <param name="device">Where parameters lie.</param>
    /// <param name="classes">Logits a pixel.</param>
    /// <param name="width">Channels of the first convolution: 32.</param>
    /// <param name="dropout">The share of activations dropped after the pyramid: 0.1.</param>
    /// <param name="seed">Fixes the random start.</param>
    public static DeepLabV3PlusXception CreateSeverstal(Device device, int classes, int width = 32, float dropout = 0.1f, ulong seed = 1)
    {
        const int outputStride = 16, window = 8;
        var style = new LayerStyle(device, seed, Initializers.GlorotUniform, new BatchNormalizationOptions { Epsilon = 1e-3f, Momentum = 0.01f }) { BiasBeforeNormalization = true };
        AveragePoolingOptions pooling = AveragePoolingOptions.Square(window, window);
        var habits = new Habits(style, style, style, ConvolutionOptions.Same(stride: 2), (step, features) => AveragePooling.Apply(step, features, pooling), InterpolationMode.Nearest)
        {
            DecoderConvolutions = 1,
            ReluAfterStem = false,
            SizeUnit = outputStride,
            Smallest = window * outputStride,
        };
        return new DeepLabV3PlusXception("deeplabv3plus_severstal", classes, width, outputStride, dropout, habits);
    }

    /// <inheritdoc/>
    public override int InputSizeFor(int outputSize) => Math.Max(_smallest, (outputSize + _sizeUnit - 1) / _sizeUnit * _sizeUnit);

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input)
    {
        CheckInput(input);
        (Tensor features, Tensor early) = _encoder.ForwardWithLowLevel(step, input);
        Tensor pyramid = Consume(step, _pyramid, features);
        Tensor large = Interpolation.Apply(step, pyramid, early.Shape.Height, early.Shape.Width, _enlarge);
        Step.Release(pyramid);
        Tensor lowLevel = Consume(step, _lowLevel, early);
        Tensor joined = Concatenation.Apply(step, large, lowLevel);
        Step.Release(large);
        Step.Release(lowLevel);
        Tensor small = Consume(step, _head, Consume(step, _decoder, joined));
        Tensor logits = Interpolation.Apply(step, small, input.Shape.Height, input.Shape.Width, _enlarge);
        Step.Release(small);
        return logits;
    }

    private sealed record Habits(
        LayerStyle Encoder, LayerStyle Decoder, LayerStyle Head, ConvolutionOptions FirstConvolution, Func<Step, Tensor, Tensor> ImagePooling, InterpolationMode Enlarge)
    {
        public int DecoderConvolutions { get; init; }

        public bool ReluAfterStem { get; init; } = true;

        public int SizeUnit { get; init; } = 1;

        public int Smallest { get; init; } = 1;
    }
}
