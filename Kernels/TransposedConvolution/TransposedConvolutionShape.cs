using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Convolution;

namespace SegFromScratch.Kernels.TransposedConvolution;

/// <summary>Sizes of a transposed convolution, told as those of the convolution whose input gradient it is.</summary>
public static class TransposedConvolutionShape
{
    /// <summary>
    /// The convolution that leads from the transposed convolution's output back to its input: its <see cref="ConvolutionShape.Input"/> is the
    /// transposed convolution's output, its <see cref="ConvolutionShape.Output"/> is the input, and the weight is the same.
    /// </summary>
    /// <param name="input">N,C,H,W of the transposed convolution's input.</param>
    /// <param name="weight">C,K/groups,kh,kw.</param>
    /// <param name="options">Stride, crops, dilation and groups.</param>
    /// <exception cref="ArgumentException">The sizes do not fit together, or nothing is left of the output.</exception>
    public static ConvolutionShape Create(TensorShape input, TensorShape weight, TransposedConvolutionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.StrideY < 1 || options.StrideX < 1 || options.DilationY < 1 || options.DilationX < 1)
            throw new ArgumentException($"stride {options.StrideY},{options.StrideX} and dilation {options.DilationY},{options.DilationX} must be at least 1", nameof(options));
        if (options.CropTop < 0 || options.CropLeft < 0)
            throw new ArgumentException($"crop of {options.CropTop} rows and {options.CropLeft} columns at the start must not be negative", nameof(options));
        if (options.Groups < 1 || weight.Batch % options.Groups != 0)
            throw new ArgumentException($"{options.Groups} groups do not divide {weight.Batch} input channels", nameof(options));
        if (weight.Batch != input.Channels)
            throw new ArgumentException($"a transposed weight of shape {weight} takes {weight.Batch} channels, but the input of shape {input} has {input.Channels}", nameof(weight));
        int height = Size(input.Height, weight.Height, options.StrideY, options.DilationY, options.CropTop + options.CropBottom);
        int width = Size(input.Width, weight.Width, options.StrideX, options.DilationX, options.CropLeft + options.CropRight);
        if (height < 1 || width < 1)
            throw new ArgumentException($"the crops leave {height}x{width} pixels of the output for an input of shape {input}", nameof(options));
        return new ConvolutionShape(
            input.Batch, weight.Channels * options.Groups, height, width,
            input.Channels, input.Height, input.Width,
            weight.Height, weight.Width,
            options.StrideY, options.StrideX,
            options.CropTop, options.CropLeft,
            options.DilationY, options.DilationX,
            options.Groups);
    }

    private static int Size(int input, int kernel, int stride, int dilation, int crop) =>
        ((input - 1) * stride) + (dilation * (kernel - 1)) + 1 - crop;
}
