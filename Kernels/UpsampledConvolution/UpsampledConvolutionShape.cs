using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Convolution;

namespace SegFromScratch.Kernels.UpsampledConvolution;

/// <summary>Sizes of an upsampled convolution, told as those of the convolution whose input gradient it is.</summary>
public static class UpsampledConvolutionShape
{
    /// <summary>
    /// The convolution that leads from the output back to the input: its <see cref="ConvolutionShape.Input"/> is the output N,K,P,Q, its
    /// <see cref="ConvolutionShape.Output"/> the input, its stride the factor, and its weight the folded one, C,K,kh+factor-1,kw+factor-1.
    /// </summary>
    /// <param name="input">N,C,H,W before the upsampling.</param>
    /// <param name="weight">K,C,kh,kw.</param>
    /// <param name="factor">How often each pixel is repeated.</param>
    /// <param name="padding">The zeros around the upsampled image.</param>
    /// <exception cref="ArgumentException">The sizes do not fit together, or the padding above or to the left is not less than the kernel.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The factor is below 1.</exception>
    public static ConvolutionShape Create(TensorShape input, TensorShape weight, int factor, WindowPadding padding)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(factor, 1);
        TensorShape large = input with { Height = input.Height * factor, Width = input.Width * factor };
        ConvolutionShape plain = ConvolutionShape.Create(large, weight, new ConvolutionOptions { Padding = padding });
        int top = weight.Height - 1 - plain.PaddingTop;
        int left = weight.Width - 1 - plain.PaddingLeft;
        if (top < 0 || left < 0)
            throw new ArgumentException($"a padding of {plain.PaddingTop} rows and {plain.PaddingLeft} columns is not less than the kernel of {weight.Height}x{weight.Width}", nameof(padding));
        return new ConvolutionShape(
            input.Batch, weight.Batch, plain.OutputHeight, plain.OutputWidth,
            input.Channels, input.Height, input.Width,
            weight.Height + factor - 1, weight.Width + factor - 1,
            factor, factor, top, left, 1, 1, 1);
    }
}
