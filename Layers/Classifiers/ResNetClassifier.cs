using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.AdaptiveAveragePooling;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Layers.Encoders;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Classifiers;

/// <summary>
/// A ResNet as it was trained on ImageNet, with torchvision's names. One logit a class for the whole image: N,classes,1,1. He et al., "Deep residual learning", CVPR 2016.
/// </summary>
public sealed class ResNetClassifier : Module
{
    private const int OutputStride = 32;
    private readonly Sequence _all;

    /// <summary>Makes the network with random weights.</summary>
    /// <param name="device">Where its parameters lie.</param>
    /// <param name="classes">Logits an image: 1000 on ImageNet.</param>
    /// <param name="depth">18, 34, 50, 101 or 152 layers.</param>
    /// <param name="width">Channels of the first convolution: 64.</param>
    /// <param name="seed">Fixes the random start.</param>
    public ResNetClassifier(Device device, int classes, int depth, int width = 64, ulong seed = 1)
        : base(device)
    {
        LayerStyle style = LayerStyle.TorchVision(device, seed);
        var encoder = new ResNet(style, new ResNetOptions(depth, OutputStride, width));
        _all = Add("", new Sequence(
            device,
            ("", encoder),
            ("avgpool", new Function(device, AdaptiveAveragePooling.Global)),
            ("fc", style.TorchBiased("fc", encoder.Channels, classes, 1, ConvolutionOptions.Default))));
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input) => _all.Forward(step, input);
}
