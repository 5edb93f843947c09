using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Numerics;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Layers.Initialization;

namespace SegFromScratch.Layers.Modules;

/// <summary>A 2-D convolution with its weight and bias. PyTorch: <c>Conv2d</c>.</summary>
public sealed class Convolution2D : Module
{
    private readonly Tensor _weight;
    private readonly Tensor? _bias;
    private readonly ConvolutionOptions _options;

    /// <summary>Makes the parameters.</summary>
    /// <param name="device">Where they lie.</param>
    /// <param name="inputChannels">C.</param>
    /// <param name="outputChannels">K.</param>
    /// <param name="kernel">Rows and columns of the kernel.</param>
    /// <param name="options">Stride, padding, dilation, groups.</param>
    /// <param name="initializer">How the weight starts.</param>
    /// <param name="seed">Fixes the random start.</param>
    /// <param name="bias">False where a normalisation follows that has a shift of its own.</param>
    /// <param name="biasInitializer">How the bias starts; null starts it at zero.</param>
    /// <param name="isTrained">False keeps weight and bias as they start or as a file gives them.</param>
    public Convolution2D(
        Device device,
        int inputChannels,
        int outputChannels,
        int kernel,
        ConvolutionOptions options,
        Initializer initializer,
        ulong seed,
        bool bias = true,
        Initializer? biasInitializer = null,
        bool isTrained = true)
        : base(device)
    {
        _options = options;
        _weight = AddParameter("weight", new TensorShape(outputChannels, inputChannels / options.Groups, kernel, kernel), isTrained ? ParameterRole.Weight : ParameterRole.Fixed, initializer, seed);
        if (bias)
        {
            ParameterRole role = isTrained ? ParameterRole.Bias : ParameterRole.Fixed;
            _bias = AddParameter("bias", TensorShape.Vector(outputChannels), role, biasInitializer ?? Initializers.Constant(0), SplitMix64.Seed(seed, "bias"));
        }
    }

    /// <inheritdoc/>
    public override long MultiplyAdds(TensorShape input, TensorShape output) => output.Elements * (_weight.Shape.Elements / _weight.Shape.Batch);

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input) => Convolution.Apply(step, input, _weight, _bias, _options);

    /// <summary>This convolution and the normalisation after it as one operation, in inference.</summary>
    internal Tensor ForwardNormalized(Step step, Tensor input, BatchNormalization2D normalization) =>
        Told(input, normalization, NormalizedConvolution.Apply(step, input, _weight, _bias, _options, normalization.Frozen));

    /// <summary>As <see cref="ForwardNormalized"/>, with the sum at the end of a residual block. The normalisation has no ReLU.</summary>
    internal Tensor ForwardAndAdd(Step step, Tensor input, BatchNormalization2D normalization, in ResidualSum sum) =>
        Told(input, normalization, NormalizedConvolution.ApplyAndAdd(step, input, _weight, _bias, _options, normalization.Frozen, sum));

    /// <summary>As <see cref="ForwardNormalized"/>, of two tensors joined along channels.</summary>
    internal Tensor ForwardJoined(Step step, Tensor first, Tensor second, BatchNormalization2D normalization)
    {
        Tensor output = NormalizedConvolution.ApplyJoined(step, first, second, _weight, _bias, _options, normalization.Frozen);
        TellForward(first.Shape with { Channels = first.Shape.Channels + second.Shape.Channels }, output.Shape);
        normalization.TellForward(output.Shape, output.Shape);
        return output;
    }

    private Tensor Told(Tensor input, BatchNormalization2D normalization, Tensor output)
    {
        TellForward(input.Shape, output.Shape);
        normalization.TellForward(output.Shape, output.Shape);
        return output;
    }
}
