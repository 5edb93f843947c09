using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Activation;
using SegFromScratch.Kernels.AdaptiveAveragePooling;
using SegFromScratch.Kernels.BatchNormalization;
using SegFromScratch.Kernels.Concatenation;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.Interpolation;
using SegFromScratch.Layers.Blocks;
using SegFromScratch.Layers.Encoders;
using SegFromScratch.Layers.Initialization;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Models;

/// <summary>
/// DeepLabV3+ on MobileNetV2 as in github.com/bonlime/keras-deeplab-v3-plus and TensorFlow's model garden, with the former's names: output stride 8,
/// of the pyramid only the 1x1 convolution and the image's mean, and no decoder. Convolutions have TensorFlow's 'same' padding.
/// </summary>
public sealed class DeepLabMobileKeras : SegmentationModel
{
    private const int OutputStride = 8;
    private readonly Sequence _encoder;
    private readonly Sequence _image;
    private readonly Sequence _point;
    private readonly Sequence _head;
    private readonly InterpolationMode _enlarge;

    /// <summary>Makes the network with random weights.</summary>
    /// <param name="device">Where its parameters lie.</param>
    /// <param name="classes">Logits a pixel.</param>
    /// <param name="enlargement">How logits are enlarged: half pixels in the newer code, corners upon corners in TensorFlow's.</param>
    /// <param name="width">Channels of the first convolution: 32.</param>
    /// <param name="dropout">The share of activations dropped before the logits: 0.1.</param>
    /// <param name="seed">Fixes the random start.</param>
    public DeepLabMobileKeras(Device device, int classes, Enlargement enlargement = Enlargement.HalfPixel, int width = 32, float dropout = 0.1f, ulong seed = 1)
        : base(device, classes)
    {
        _enlarge = enlargement.Mode();

        // Keras's momentum 0.999 is 0.001 in PyTorch's sense, and its default 0.99 is 0.01.
        var style = new LayerStyle(device, seed, Initializers.GlorotUniform, new BatchNormalizationOptions { Epsilon = 1e-3f, Momentum = 0.001f });
        LayerStyle head = style with { Normalization = new BatchNormalizationOptions { Epsilon = 1e-5f, Momentum = 0.01f } };
        int channels = 8 * width;
        (_encoder, int features) = Trunk(style, width);
        MarkEncoder(Add("", _encoder));
        _image = Add("", new Sequence(device, [("image_pooling_mean", new Function(device, AdaptiveAveragePooling.Global)), .. Normalized(head, "image_pooling", features, channels)]));
        _point = Add("", new Sequence(device, Normalized(head, "aspp0", features, channels)));
        _head = Add("", new Sequence(
            device,
            [
                .. Normalized(head, "concat_projection", 2 * channels, channels),
                ("concat_projection_dropout", Function.Dropout(device, dropout)),
                ("logits_semantic", head.Biased("logits_semantic", channels, classes, 1, ConvolutionOptions.Default)),
            ]));
    }

    /// <inheritdoc/>
    public override string Name => "deeplabv3plus_mobilenetv2_keras";

    /// <inheritdoc/>
    public override int InputSizeFor(int outputSize) => outputSize;

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Tensor features = _encoder.Forward(step, input);
        Tensor mean = Enlarge(step, _image.Forward(step, features), features.Shape);
        Tensor point = Consume(step, _point, features);
        Tensor joined = Concatenation.Apply(step, mean, point);
        Step.Release(mean);
        Step.Release(point);
        return Enlarge(step, Consume(step, _head, joined), input.Shape);
    }

    private Tensor Enlarge(Step step, Tensor small, TensorShape size)
    {
        Tensor large = Interpolation.Apply(step, small, size.Height, size.Width, _enlarge);
        Step.Release(small);
        return large;
    }

    private static (Sequence Encoder, int Channels) Trunk(LayerStyle style, int width)
    {
        Device device = style.Device;
        var parts = new List<(string, Module)>
        {
            ("Conv", style.Convolution("Conv", 3, width, 3, ConvolutionOptions.Same(stride: 2))),
            ("Conv_BN", style.Normalize(width, relu: false)),
            ("Conv_Relu6", new Function(device, Activation.Relu6)),
        };
        int channels = width, number = 0;
        foreach (MobileNetBlock block in MobileNetBlock.Plan(OutputStride, width))
        {
            string name = number == 0 ? "expanded_conv" : $"expanded_conv_{number}";
            parts.Add(("", new KerasInvertedResidual(style, name, channels, block.Channels, block.Expansion, block.Stride, block.Dilation)));
            channels = block.Channels;
            number++;
        }

        return (new Sequence(device, parts), channels);
    }

    private static IEnumerable<(string Name, Module Module)> Normalized(LayerStyle style, string name, int inputChannels, int outputChannels) =>
        [(name, style.Convolution(name, inputChannels, outputChannels, 1, ConvolutionOptions.Default)), ($"{name}_BN", style.Normalize(outputChannels))];
}
