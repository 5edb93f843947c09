using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.Profiling;
using Convolving = SegFromScratch.Kernels.Convolution.Convolution;
using Transposing = SegFromScratch.Kernels.TransposedConvolution.TransposedConvolution;

namespace SegFromScratch.Kernels.UpsampledConvolution;

/// <summary>
/// Nearest-neighbour upsampling and a convolution after it, in one: the transposed convolution that both make together.
/// The large image in between is never made, and weights that would meet the same pixel are added up first.
/// PyTorch: <c>conv2d(interpolate(x, scale_factor=f, mode="nearest"))</c>.
/// </summary>
public static class UpsampledConvolution
{
    /// <summary>
    /// y = weight * up(x) + bias, where up(x) repeats each pixel factor times in both directions. Shapes: input N,C,H,W; weight K,C,kh,kw; bias 1,K,1,1;
    /// y is N,K,P,Q, as the convolution of an image of factor * H by factor * W pixels has it.
    /// </summary>
    /// <param name="step">The step.</param>
    /// <param name="input">x.</param>
    /// <param name="weight">The weight of the convolution.</param>
    /// <param name="bias">Added to each output channel, or null.</param>
    /// <param name="factor">How often each pixel is repeated, at least 1.</param>
    /// <param name="padding">The zeros around the upsampled image; less than the kernel above and to the left.</param>
    /// <exception cref="ArgumentException">The shapes do not fit together; weight or bias has a channel block other than 1; the padding is too large.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The factor is below 1.</exception>
    public static Tensor Apply(Step step, Tensor input, Tensor weight, Tensor? bias, int factor, WindowPadding padding)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(weight);
        ConvolutionShape shape = UpsampledConvolutionShape.Create(input.Shape, weight.Shape, factor, padding);
        Convolving.CheckParameters(weight, bias, weight.Shape.Batch);
        Tensor folded = Fold(step, shape, weight, factor);
        bool requiresGradient = input.RequiresGradient || weight.RequiresGradient || bias is { RequiresGradient: true };
        Tensor output = step.Create(shape.Input, "upsampled convolution", requiresGradient);
        Transposing.Forward(step, shape, input, folded, bias, output);
        step.Record(output, keep: [weight.RequiresGradient ? input : null, input.RequiresGradient ? folded : null], saved: (input, weight, folded, bias, factor, shape), static (step, saved, outputGradient) =>
        {
            (Tensor input, Tensor weight, Tensor folded, Tensor? bias, int factor, ConvolutionShape shape) = saved;
            if (input.RequiresGradient)
                step.Accumulate(input, Transposing.BackwardInput(step, shape, folded, outputGradient, step.CreateGradient(input)), OperationWork.UpsampledConvolution(OperationWork.InputGradient, shape, outputGradient, folded, input));
            if (weight.RequiresGradient)
                step.Accumulate(weight, BackwardWeight(step, shape, input, outputGradient, factor, step.CreateGradient(weight)), OperationWork.UpsampledConvolution(OperationWork.WeightGradient, shape, input, outputGradient, weight));
            if (bias is { RequiresGradient: true })
                step.Accumulate(bias, Convolving.BackwardBias(step, outputGradient, step.CreateGradient(bias)), OperationWork.UpsampledConvolutionBias(outputGradient, bias));
        }, OperationWork.UpsampledConvolution(OperationWork.Forward, shape, input, folded, bias, output));
        Step.Release(folded);
        return output;
    }

    private static Tensor Fold(Step step, ConvolutionShape shape, Tensor weight, int factor)
    {
        Tensor folded = step.Create(new TensorLayout(shape.Weight, 1), "folded weight");
        UpsampledConvolutionLauncher.Fold(step.Device, folded.Layout.Length, factor, weight.View, folded.View);
        return folded;
    }

    private static Tensor BackwardWeight(Step step, ConvolutionShape shape, Tensor input, Tensor outputGradient, int factor, Tensor weightGradient)
    {
        Tensor folded = step.Create(new TensorLayout(shape.Weight, 1), "folded weight gradient");
        Transposing.BackwardWeight(step, shape, input, outputGradient, folded);
        UpsampledConvolutionLauncher.Unfold(step.Device, weightGradient.Layout.Length, factor, folded.View, weightGradient.View);
        Step.Release(folded);
        return weightGradient;
    }
}
