using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Activation;
using SegFromScratch.Kernels.Addition;
using SegFromScratch.Kernels.BatchNormalization;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.Cropping;
using SegFromScratch.Kernels.Dropout;
using SegFromScratch.Kernels.MaxPooling;
using SegFromScratch.Kernels.Scale;
using SegFromScratch.Kernels.TransposedConvolution;
using SegFromScratch.Layers.Encoders;
using SegFromScratch.Layers.Initialization;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Models;

/// <summary>
/// The first fully convolutional networks, FCN-32s, -16s and -8s on VGG16: Long, Shelhamer and Darrell, CVPR 2015. The image is padded by 100 so that the 7x7 convolution that was
/// VGG's first full layer fits; scores of pool4 and pool3 are added on the way up; fixed bilinear kernels enlarge, and a crop cuts the image's part out. Names are those of the authors' Caffe files.
/// </summary>
/// <remarks>The authors' up-convolutions are C x C kernels that are zero off the diagonal; these are depthwise, which computes the same.</remarks>
public sealed class FcnVgg16 : SegmentationModel
{
    private const int CropPool4 = 5;
    private const int CropPool3 = 9;
    private readonly Vgg16 _trunk;
    private readonly Convolution2D _fc6;
    private readonly Convolution2D _fc7;
    private readonly Convolution2D _score;
    private readonly Convolution2D? _scorePool4;
    private readonly Convolution2D? _scorePool3;
    private readonly TransposedConvolution2D? _up2;
    private readonly TransposedConvolution2D? _upPool4;
    private readonly TransposedConvolution2D _upLast;
    private readonly int _stride;
    private readonly bool _atOnce;
    private readonly float _dropout;

    /// <summary>Makes the network with random weights.</summary>
    /// <param name="device">Where its parameters lie.</param>
    /// <param name="classes">Logits a pixel.</param>
    /// <param name="stride">The stride of the last enlargement: 32, 16 or 8.</param>
    /// <param name="atOnce">True scales pool4 by 0.01 and pool3 by 0.0001, with which the authors train FCN-8s in one go.</param>
    /// <param name="width">Channels of the first block: 64.</param>
    /// <param name="dropout">The share of activations dropped after fc6 and fc7: 0.5.</param>
    /// <param name="seed">Fixes the random start.</param>
    public FcnVgg16(Device device, int classes, int stride, bool atOnce = false, int width = 64, float dropout = 0.5f, ulong seed = 1)
        : base(device, classes)
    {
        if (stride is not (8 or 16 or 32))
            throw new ArgumentException($"FCN on VGG16 enlarges by 8, 16 or 32 at the end, not {stride}", nameof(stride));
        (_stride, _atOnce, _dropout) = (stride, atOnce, dropout);
        var style = new LayerStyle(device, seed, Initializers.Normal, new BatchNormalizationOptions());
        LayerStyle zero = style with { Weights = Initializers.Constant(0) };
        int features = Vgg16.Channels(width, 4), full = 64 * width;

        // The trunk's parameters carry no prefix in the authors' files.
        _trunk = Add("", new Vgg16(style, width, firstPadding: 100, lastDilation: 1, [.. Enumerable.Repeat(MaxPoolingOptions.Square(2, 2, roundUp: true), 5)]));
        _fc6 = Add("fc6", style.Biased("fc6", features, full, 7, ConvolutionOptions.Default));
        _fc7 = Add("fc7", style.Biased("fc7", full, full, 1, ConvolutionOptions.Default));
        _score = Add("score_fr", zero.Biased("score_fr", full, classes, 1, ConvolutionOptions.Default));
        if (stride <= 16)
        {
            _up2 = Add("upscore2", Bilinear(2));
            _scorePool4 = Add("score_pool4", zero.Biased("score_pool4", features, classes, 1, ConvolutionOptions.Default));
        }

        if (stride == 8)
        {
            _upPool4 = Add("upscore_pool4", Bilinear(2));
            _scorePool3 = Add("score_pool3", zero.Biased("score_pool3", Vgg16.Channels(width, 2), classes, 1, ConvolutionOptions.Default));
        }

        _upLast = Add(stride == 32 ? "upscore" : $"upscore{stride}", Bilinear(stride));
    }

    /// <inheritdoc/>
    public override string Name => $"fcn{_stride}s{(_atOnce ? "_at_once" : "")}";

    /// <inheritdoc/>
    public override int InputSizeFor(int outputSize) => outputSize;

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input)
    {
        int firstTap = _stride == 8 ? 3 : _stride == 16 ? 4 : 5;
        Tensor[] pooled = _trunk.PooledFrom(step, input, firstTap);
        Tensor fc6 = Full(step, _fc6, pooled[^1]);
        Tensor fc7 = Full(step, _fc7, fc6);
        Tensor scores = Consume(step, _score, fc7);
        if (_up2 is not null)
            scores = AddSkip(step, Consume(step, _up2, scores), pooled[^2], _scorePool4!, CropPool4, 0.01f);
        if (_upPool4 is not null)
            scores = AddSkip(step, Consume(step, _upPool4, scores), pooled[^3], _scorePool3!, CropPool3, 0.0001f);
        Tensor large = Consume(step, _upLast, scores);

        // The offsets that follow from the paddings and strides on the way: 19, 27 and 31.
        int offset = _stride == 32 ? 19 : _stride == 16 ? 27 : 31;
        Tensor logits = Cropping.Apply(step, large, new CropWindow(offset, offset, input.Shape.Height, input.Shape.Width));
        Step.Release(large);
        return logits;
    }

    private Tensor Full(Step step, Convolution2D convolution, Tensor input)
    {
        Tensor linear = Consume(step, convolution, input);
        Tensor active = Activation.Relu(step, linear);
        Step.Release(linear);
        Tensor kept = Dropout.Apply(step, active, _dropout);
        Step.Release(active);
        return kept;
    }

    private Tensor AddSkip(Step step, Tensor scores, Tensor pooled, Convolution2D score, int offset, float factor)
    {
        Tensor features = pooled;
        if (_atOnce)
        {
            features = Scale.Apply(step, pooled, factor);
            Step.Release(pooled);
        }

        Tensor skip = Consume(step, score, features);
        Tensor cropped = Cropping.Apply(step, skip, new CropWindow(offset, offset, scores.Shape.Height, scores.Shape.Width));
        Step.Release(skip);
        Tensor sum = Addition.Apply(step, scores, cropped);
        Step.Release(scores);
        Step.Release(cropped);
        return sum;
    }

    private TransposedConvolution2D Bilinear(int stride) =>
        new(Device, Classes, Classes, 2 * stride, TransposedConvolutionOptions.Symmetric(stride, groups: Classes), Initializers.BilinearKernel, 0, bias: false, isTrained: false);
}
