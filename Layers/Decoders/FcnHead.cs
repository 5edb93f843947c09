using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Decoders;

/// <summary>The head of torchvision's FCN: 3x3 convolution to a quarter of the channels, normalisation, ReLU, dropout, 1x1 convolution to the classes.</summary>
public static class FcnHead
{
    /// <summary>Makes the head.</summary>
    /// <param name="style">How layers are made.</param>
    /// <param name="inputChannels">Channels of the features.</param>
    /// <param name="classes">Logits a pixel.</param>
    /// <param name="dropout">The share of activations dropped: 0.1 in torchvision.</param>
    public static Sequence Create(LayerStyle style, int inputChannels, int classes, float dropout)
    {
        ArgumentNullException.ThrowIfNull(style);
        int middle = Math.Max(1, inputChannels / 4);
        return new Sequence(
            style.Device,
            ("0", style.Convolution("0", inputChannels, middle, 3, ConvolutionOptions.Symmetric(1))),
            ("1", style.Normalize(middle)),
            ("3", Function.Dropout(style.Device, dropout)),
            ("4", style.TorchBiased("4", middle, classes, 1, ConvolutionOptions.Default)));
    }
}
