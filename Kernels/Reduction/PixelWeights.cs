using SegFromScratch.Engine.Tensors;

namespace SegFromScratch.Kernels.Reduction;

/// <summary>Weights a pixel for losses: masks that leave pixels out, border maps that stress them.</summary>
internal static class PixelWeights
{
    /// <summary>Checks that there is one weight a pixel, in n, y, x order.</summary>
    /// <exception cref="ArgumentException">The shape is not N,1,H,W, or the channel block not 1.</exception>
    public static void Check(Tensor? pixelWeights, TensorShape logits)
    {
        TensorShape needed = logits with { Channels = 1 };
        if (pixelWeights is not null && (pixelWeights.Shape != needed || pixelWeights.Layout.ChannelBlock != 1))
            throw new ArgumentException($"the pixel weights '{pixelWeights.Name}' have shape {pixelWeights.Shape}; logits of shape {logits} need shape {needed} with channel block 1");
    }
}
