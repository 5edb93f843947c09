using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.AdaptiveAveragePooling;
using SegFromScratch.Kernels.BatchNormalization;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.MaxPooling;
using SegFromScratch.Layers.Encoders;
using SegFromScratch.Layers.Initialization;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Classifiers;

/// <summary>
/// VGG16 as it was trained on ImageNet: Simonyan and Zisserman, ICLR 2015; torchvision: <c>vgg16</c>. One logit a class for the whole image: N,classes,1,1.
/// The full layers are convolutions that see the whole map, with Caffe's names fc6 to fc8, as FCN has them.
/// </summary>
public sealed class Vgg16Classifier : Module
{
    private const int Map = 7;
    private const float DropoutRate = 0.5f;
    private readonly Sequence _all;

    /// <summary>Makes the network with random weights.</summary>
    /// <param name="device">Where its parameters lie.</param>
    /// <param name="classes">Logits an image: 1000 on ImageNet.</param>
    /// <param name="width">Channels of the first block: 64.</param>
    /// <param name="seed">Fixes the random start.</param>
    public Vgg16Classifier(Device device, int classes, int width = 64, ulong seed = 1)
        : base(device)
    {
        var style = new LayerStyle(device, seed, Initializers.HeNormalFanOut, new BatchNormalizationOptions());
        int features = Vgg16.Channels(width, 4), full = 64 * width;
        _all = Add("", new Sequence(
            device,
            ("", new Vgg16(style, width, firstPadding: 1, lastDilation: 1, [.. Enumerable.Repeat(MaxPoolingOptions.Square(2, 2), 5)])),
            ("pool", new Function(device, (step, map) => AdaptiveAveragePooling.Apply(step, map, Map, Map))),
            ("fc6", style.Biased("fc6", features, full, Map, ConvolutionOptions.Default)),
            ("relu6", Function.Relu(device)),
            ("drop6", Function.Dropout(device, DropoutRate)),
            ("fc7", style.Biased("fc7", full, full, 1, ConvolutionOptions.Default)),
            ("relu7", Function.Relu(device)),
            ("drop7", Function.Dropout(device, DropoutRate)),
            ("fc8", style.Biased("fc8", full, classes, 1, ConvolutionOptions.Default))));
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input) => _all.Forward(step, input);
}
