using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.AdaptiveAveragePooling;
using SegFromScratch.Kernels.AveragePooling;
using SegFromScratch.Kernels.Concatenation;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.Interpolation;
using SegFromScratch.Layers.Blocks;
using SegFromScratch.Layers.Decoders;
using SegFromScratch.Layers.Encoders;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Models;

/// <summary>
/// DeepLabV3+ on the aligned Xception: Chen et al., "Encoder-decoder with atrous separable convolution", ECCV 2018. The pyramid's output is enlarged to a quarter of the image,
/// joined with early features, refined by separable convolutions and enlarged again. Best on images of 16 k + 1 (8 k + 1 at output stride 8), whose corners stay upon corners.
/// </summary>
public sealed class DeepLabV3PlusXception : SegmentationModel
{
    private readonly Xception _encoder;
    private readonly SeparableAtrousPyramid _pyramid;
    private readonly Sequence _lowLevel;
    private readonly Sequence _decoder;
    private readonly Convolution2D _head;
    private readonly InterpolationMode _enlarge;
    private readonly int _sizeUnit;
    private readonly int _smallest;

    /// <summary>Makes the network with random weights.</summary>
    /// <param name="name">The name on the command line.</param>
    /// <param name="device">Where parameters lie.</param>
    /// <param name="classes">Logits a pixel.</param>
    /// <param name="habits">What differs between implementations.</param>
    /// <param name="depth">Layers of the encoder: 41, 65 or 71.</param>
    /// <param name="outputStride">Image rows for each row of the encoder's output: 16 or 8.</param>
    /// <param name="width">Channels of the first convolution: 32.</param>
    /// <param name="dropout">The share of activations dropped after the pyramid: 0.1.</param>
    /// <param name="seed">Fixes the random start.</param>
    public DeepLabV3PlusXception(
        string name, Device device, int classes, XceptionHabits habits, int depth = 65, int outputStride = 16, int width = 32, float dropout = 0.1f, ulong seed = 1)
        : base(device, classes)
    {
        ArgumentNullException.ThrowIfNull(habits);
        Name = name;
        _enlarge = habits.Enlargement.Mode();
        int window = habits.ImagePoolingWindow;
        (_sizeUnit, _smallest) = window > 0 ? (outputStride, window * outputStride) : (1, 1);
        (LayerStyle encoder, LayerStyle style, LayerStyle head) = habits.Styles(device, seed);
        int channels = 8 * width, lowLevelChannels = Math.Max(1, 3 * width / 2);
        ConvolutionOptions first = habits.SameStem ? ConvolutionOptions.Same(stride: 2) : ConvolutionOptions.Symmetric(1, stride: 2);
        _encoder = Add("", new Xception(encoder, outputStride, width, first, habits.ReluAfterStem, depth));
        _pyramid = Add("", new SeparableAtrousPyramid(style, _encoder.Channels, channels, outputStride, dropout, Pooling(window)) { DropoutAtInference = habits.DropoutAtInference });
        _lowLevel = Add("", new Sequence(
            device,
            ("feature_projection0", style.Convolution("feature_projection0", _encoder.LowLevelChannels, lowLevelChannels, 1, ConvolutionOptions.Default)),
            ("feature_projection0_BN", style.Normalize(lowLevelChannels))));
        _decoder = Add("", new Sequence(device, Enumerable.Range(0, habits.DecoderConvolutions).Select(i =>
            ("", (Module)new SeparableConvolution(style, $"decoder_conv{i}", i == 0 ? channels + lowLevelChannels : channels, channels)))));
        int refined = habits.DecoderConvolutions == 0 ? channels + lowLevelChannels : channels;
        _head = Add("logits_semantic", head.Biased("logits_semantic", refined, classes, 1, ConvolutionOptions.Default));
    }

    /// <inheritdoc/>
    public override string Name { get; }

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

    private static Func<Step, Tensor, Tensor> Pooling(int window)
    {
        if (window == 0)
            return AdaptiveAveragePooling.Global;
        AveragePoolingOptions options = AveragePoolingOptions.Square(window, window);
        return (step, features) => AveragePooling.Apply(step, features, options);
    }
}
