using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.AdaptiveAveragePooling;
using SegFromScratch.Kernels.BatchNormalization;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Layers.Encoders;
using SegFromScratch.Layers.Initialization;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Classifiers;

/// <summary>AlexNet as torchvision has it (<c>alexnet</c>), with its names. One logit a class for the whole image: N,classes,1,1. The full layers are convolutions that see the whole map.</summary>
public sealed class AlexNetClassifier : Module
{
    private const float DropoutRate = 0.5f;
    private readonly Module[] _parts;

    /// <summary>Makes the network with random weights.</summary>
    /// <param name="device">Where its parameters lie.</param>
    /// <param name="classes">Logits an image: 1000 on ImageNet.</param>
    /// <param name="width">Channels of the first convolution: 64.</param>
    /// <param name="seed">Fixes the random start.</param>
    public AlexNetClassifier(Device device, int classes, int width = 64, ulong seed = 1)
        : base(device)
    {
        var style = new LayerStyle(device, seed, Initializers.HeNormalFanOut, new BatchNormalizationOptions());
        _parts =
        [
            Add("", new AlexNet(style, width, firstPadding: 2, roundUp: false)),
            Add("avgpool", new Function(device, (step, map) => AdaptiveAveragePooling.Apply(step, map, AlexNet.MapSide, AlexNet.MapSide))),
            Add("classifier", new Sequence(
                device, [.. AlexNet.FullLayers(style.In("classifier"), width, DropoutRate), ("6", style.Biased("6", 64 * width, classes, 1, ConvolutionOptions.Default))])),
        ];
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input) => Chain(step, input, _parts);
}
