using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.AdaptiveAveragePooling;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Layers.Blocks;
using SegFromScratch.Layers.Encoders;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Classifiers;

/// <summary>
/// GoogLeNet as torchvision has it (<c>googlenet</c>), with its names. One logit a class for the whole image: N,classes,1,1. The two auxiliary classifiers were for training; files hold them.
/// </summary>
public sealed class GoogLeNetClassifier : Module
{
    private const float DropoutRate = 0.2f, AuxiliaryDropoutRate = 0.7f;
    private const int AuxiliaryMap = 4;
    private readonly GoogLeNet _encoder;
    private readonly Module[] _head;
    private readonly Sequence[] _auxiliary = [];

    /// <summary>Makes the network with random weights.</summary>
    /// <param name="device">Where its parameters lie.</param>
    /// <param name="classes">Logits an image: 1000 on ImageNet.</param>
    /// <param name="auxiliaryHeads">False leaves the two auxiliary classifiers out.</param>
    /// <param name="width">Channels of the first convolution: 64.</param>
    /// <param name="seed">Fixes the random start.</param>
    public GoogLeNetClassifier(Device device, int classes, bool auxiliaryHeads = true, int width = 64, ulong seed = 1)
        : base(device)
    {
        LayerStyle style = LayerStyle.TorchVision(device, seed);
        _encoder = Add("", new GoogLeNet(style, width, firstPadding: 3));
        if (auxiliaryHeads)
            _auxiliary = [Add("aux1", Auxiliary(style.In("aux1"), _encoder.FirstTapChannels, classes, width)), Add("aux2", Auxiliary(style.In("aux2"), _encoder.SecondTapChannels, classes, width))];
        _head =
        [
            Add("avgpool", new Function(device, AdaptiveAveragePooling.Global)),
            Add("dropout", Function.Dropout(device, DropoutRate)),
            Add("fc", style.TorchBiased("fc", _encoder.Channels, classes, 1, ConvolutionOptions.Default)),
        ];
    }

    /// <summary>The logits, and those of the auxiliary classifiers where the network has them: the caller owns one reference to each.</summary>
    public IReadOnlyList<Tensor> ForwardAll(Step step, Tensor input)
    {
        (Tensor output, Tensor first, Tensor second) = _encoder.ForwardWithTaps(step, input);
        Tensor logits = Chain(step, output, _head);
        Step.Release(output);
        Tensor[] taps = [first, second];
        Tensor[] all = [logits, .. _auxiliary.Select((head, index) => head.Forward(step, taps[index]))];
        Step.Release(first);
        Step.Release(second);
        return all;
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input)
    {
        Tensor features = _encoder.Forward(step, input);
        Tensor logits = Chain(step, features, _head);
        Step.Release(features);
        return logits;
    }

    // 128 and 1024 channels in the paper.
    private static Sequence Auxiliary(LayerStyle style, int inputChannels, int classes, int width) => new(
        style.Device,
        ("pool", new Function(style.Device, (step, map) => AdaptiveAveragePooling.Apply(step, map, AuxiliaryMap, AuxiliaryMap))),
        ("conv", Inception.Convolution(style with { Normalization = style.Normalization with { Epsilon = GoogLeNet.Epsilon } }, "conv", inputChannels, 2 * width, 1)),
        ("fc1", style.TorchBiased("fc1", 2 * width, 16 * width, AuxiliaryMap, ConvolutionOptions.Default)),
        ("relu", Function.Relu(style.Device)),
        ("dropout", Function.Dropout(style.Device, AuxiliaryDropoutRate)),
        ("fc2", style.TorchBiased("fc2", 16 * width, classes, 1, ConvolutionOptions.Default)));
}
