using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Decoders;

/// <summary>torchvision's DeepLabV3 classifier: the atrous pyramid, a 3x3 convolution that the paper does not have, and a 1x1 convolution to the classes.</summary>
public static class DeepLabV3Head
{
    /// <summary>Makes the head.</summary>
    /// <param name="style">How layers are made.</param>
    /// <param name="inputChannels">Channels of the features.</param>
    /// <param name="channels">Channels of the pyramid: 256.</param>
    /// <param name="classes">Logits a pixel.</param>
    /// <param name="outputStride">Of the features: decides the dilations.</param>
    /// <param name="dropout">The share of activations dropped after the pyramid: 0.5 in torchvision.</param>
    public static Sequence Create(LayerStyle style, int inputChannels, int channels, int classes, int outputStride, float dropout)
    {
        ArgumentNullException.ThrowIfNull(style);
        return new Sequence(
            style.Device,
            ("0", new AtrousPyramid(style.In("0"), inputChannels, channels, outputStride, dropout)),
            ("1", style.Convolution("1", channels, channels, 3, ConvolutionOptions.Symmetric(1))),
            ("2", style.Normalize(channels)),
            ("4", style.TorchBiased("4", channels, classes, 1, ConvolutionOptions.Default)));
    }
}
