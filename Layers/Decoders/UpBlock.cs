using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Concatenation;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.Interpolation;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Decoders;

/// <summary>One level up in segmentation_models.pytorch's U-Nets: nearest enlargement by 2, the encoder's features of that size beside it, and two normalised 3x3 convolutions.</summary>
internal static class UpBlock
{
    /// <summary>The convolutions, with that library's names.</summary>
    /// <param name="style">How layers are made.</param>
    /// <param name="belowChannels">Channels of what is enlarged.</param>
    /// <param name="skipChannels">Channels of what is joined with it; 0 if there is nothing.</param>
    /// <param name="outputChannels">Channels that go out.</param>
    public static Sequence Create(LayerStyle style, int belowChannels, int skipChannels, int outputChannels) => new(
        style.Device,
        ("conv1", style.ConvolutionNormalization("conv1", belowChannels + skipChannels, outputChannels, 3, ConvolutionOptions.Symmetric(1))),
        ("conv2", style.ConvolutionNormalization("conv2", outputChannels, outputChannels, 3, ConvolutionOptions.Symmetric(1))));

    /// <summary>Runs a block. Shapes: below N,C,H,W; the skips N,C,2H,2W; the output N,K,2H,2W. Releases none of its inputs.</summary>
    public static Tensor Apply(Step step, Sequence block, Tensor below, params ReadOnlySpan<Tensor> skips)
    {
        Tensor large = Interpolation.Apply(step, below, 2 * below.Shape.Height, 2 * below.Shape.Width, InterpolationMode.Nearest);
        if (!skips.IsEmpty)
        {
            Tensor joined = Concatenation.Apply(step, [large, .. skips]);
            Step.Release(large);
            large = joined;
        }

        Tensor output = block.Forward(step, large);
        Step.Release(large);
        return output;
    }
}
