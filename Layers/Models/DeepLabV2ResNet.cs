using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Addition;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.Interpolation;
using SegFromScratch.Layers.Encoders;
using SegFromScratch.Layers.Initialization;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Models;

/// <summary>
/// DeepLab V2 on ResNet-101: Chen et al., TPAMI 2018; geometry as in the authors' Caffe files and github.com/kazuto1011/deeplab-pytorch. Four dilated 3x3 convolutions give logits that are summed.
/// The image also goes through at three quarters and at half its size, and the largest logit of the three counts.
/// </summary>
/// <remarks>The authors train each scale on its small logits against shrunken labels; here every loss takes logits enlarged to the image.</remarks>
public sealed class DeepLabV2ResNet : SegmentationModel
{
    private static readonly int[] s_dilations = [6, 12, 18, 24];

    // Shares of the image's size besides the whole, as numerator of a quarter.
    private static readonly int[] s_quarters = [3, 2];

    private readonly ResNet _backbone;
    private readonly Convolution2D[] _branches;
    private readonly bool _multiScale;

    /// <summary>Makes the network with random weights.</summary>
    /// <param name="device">Where its parameters lie.</param>
    /// <param name="classes">Logits a pixel.</param>
    /// <param name="multiScale">False looks at the image in its own size only.</param>
    /// <param name="frozenStatistics">True normalises by running statistics in training too, as the authors do when they start from trained weights.</param>
    /// <param name="width">Channels of the first convolution: 64.</param>
    /// <param name="seed">Fixes the random start.</param>
    public DeepLabV2ResNet(Device device, int classes, bool multiScale = true, bool frozenStatistics = false, int width = 64, ulong seed = 1)
        : base(device, classes)
    {
        _multiScale = multiScale;
        LayerStyle style = LayerStyle.TorchVision(device, seed);
        style = style with { Normalization = style.Normalization with { UseBatchStatistics = !frozenStatistics } };
        var options = new ResNetOptions(101, OutputStride: 8, width) { DilateFirstBlock = true, StrideOnFirst = true, RoundUpPooling = true };
        _backbone = Add("backbone", new ResNet(style.In("backbone"), options));
        LayerStyle head = style with { Weights = Initializers.NormalOf(0.01) };
        _branches =
        [
            .. s_dilations.Select((dilation, i) => Add($"aspp.c{i}", head.Biased($"aspp.c{i}", _backbone.Channels, classes, 3, ConvolutionOptions.Symmetric(dilation, dilation: dilation)))),
        ];
    }

    /// <inheritdoc/>
    public override string Name => "deeplabv2_resnet101";

    /// <inheritdoc/>
    public override int InputSizeFor(int outputSize) => outputSize;

    /// <inheritdoc/>
    /// <remarks>The largest logits, and with several scales those of each.</remarks>
    public override IReadOnlyList<WeightedLogits> ForwardAll(Step step, Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (!_multiScale)
            return base.ForwardAll(step, input);
        Tensor[] scales = [.. Scales(step, input)];
        foreach (Tensor logits in scales)
            Step.Retain(logits);
        Tensor largest = Largest(step, scales);
        return [.. ((Tensor[])[largest, .. scales]).Select(small => new WeightedLogits(Enlarge(step, small, input.Shape), 1))];
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return Enlarge(step, Largest(step, [.. Scales(step, input)]), input.Shape);
    }

    // Releases all of them.
    private static Tensor Largest(Step step, Tensor[] scales)
    {
        TensorShape whole = scales[0].Shape;
        return scales.Skip(1).Aggregate(scales[0], (a, b) => Maximum.Consume(step, a, Enlarge(step, b, whole)));
    }

    private IEnumerable<Tensor> Scales(Step step, Tensor input)
    {
        yield return Classify(step, input);
        foreach (int quarters in _multiScale ? s_quarters : [])
        {
            int height = Math.Max(1, input.Shape.Height * quarters / 4), width = Math.Max(1, input.Shape.Width * quarters / 4);
            Tensor smaller = Interpolation.Apply(step, input, height, width, InterpolationMode.Bilinear);
            Tensor logits = Classify(step, smaller);
            Step.Release(smaller);
            yield return logits;
        }
    }

    private Tensor Classify(Step step, Tensor image)
    {
        Tensor features = _backbone.Forward(step, image);
        Tensor sum = _branches[0].Forward(step, features);
        foreach (Convolution2D branch in _branches.AsSpan(1))
        {
            Tensor term = branch.Forward(step, features);
            Tensor next = Addition.Apply(step, sum, term);
            Step.Release(sum);
            Step.Release(term);
            sum = next;
        }

        Step.Release(features);
        return sum;
    }

    // Releases the small one.
    private static Tensor Enlarge(Step step, Tensor small, TensorShape size)
    {
        Tensor large = Interpolation.Apply(step, small, size.Height, size.Width, InterpolationMode.Bilinear);
        Step.Release(small);
        return large;
    }
}
