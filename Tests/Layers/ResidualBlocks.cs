using SegFromScratch.Engine.Devices;
using SegFromScratch.Layers.Blocks;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Tests.Layers;

/// <summary>Small blocks that end in a sum, all of 16 input channels.</summary>
internal static class ResidualBlocks
{
    /// <summary>Makes the block of a name.</summary>
    public static Module Create(Device device, string name)
    {
        LayerStyle style = LayerStyle.Torch(device, 3);
        return name switch
        {
            "bottleneck" => new Bottleneck(style, 16, 4, stride: 1, dilation: 1),
            "bottleneck with a shortcut" => new Bottleneck(style, 16, 5, stride: 2, dilation: 1),
            "basic" => new BasicBlock(style, 16, 16, stride: 1, dilation: 2),
            "basic with a shortcut" => new BasicBlock(style, 16, 20, stride: 2, dilation: 1),
            "inverted" => new InvertedResidual(style, 16, 16, expansion: 2, stride: 1, dilation: 1),
            "inverted of Keras" => new KerasInvertedResidual(style, "block", 16, 16, expansion: 2, stride: 1, dilation: 1),
            "xception" => new XceptionBlock(style, "block", 16, (16, 16, 16), XceptionShortcut.Identity),
            "xception with a shortcut" => new XceptionBlock(style, "block", 16, (8, 8, 24), XceptionShortcut.Convolution, stride: 2),
            "xception with its ReLUs before the sum" => new XceptionBlock(style, "block", 16, (16, 16, 16), XceptionShortcut.Identity, activated: true),
            _ => throw new ArgumentException($"there is no block '{name}'"),
        };
    }
}
