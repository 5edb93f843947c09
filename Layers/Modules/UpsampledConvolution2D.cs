using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Numerics;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.UpsampledConvolution;
using SegFromScratch.Layers.Initialization;

namespace SegFromScratch.Layers.Modules;

/// <summary>Nearest-neighbour upsampling and a 2-D convolution after it, computed as one. PyTorch: <c>Upsample</c>, then <c>Conv2d</c>, whose parameters these are.</summary>
public sealed class UpsampledConvolution2D : Module
{
    private readonly Tensor _weight;
    private readonly Tensor _bias;
    private readonly int _factor;
    private readonly WindowPadding _padding;

    /// <summary>Makes the parameters.</summary>
    /// <param name="device">Where they lie.</param>
    /// <param name="inputChannels">C.</param>
    /// <param name="outputChannels">K.</param>
    /// <param name="kernel">Rows and columns of the kernel.</param>
    /// <param name="factor">How often each pixel is repeated before the convolution.</param>
    /// <param name="padding">The zeros around the upsampled image.</param>
    /// <param name="initializer">How the weight starts.</param>
    /// <param name="seed">Fixes the random start.</param>
    public UpsampledConvolution2D(
        Device device, int inputChannels, int outputChannels, int kernel, int factor, WindowPadding padding, Initializer initializer, ulong seed)
        : base(device)
    {
        (_factor, _padding) = (factor, padding);
        _weight = AddParameter("weight", new TensorShape(outputChannels, inputChannels, kernel, kernel), ParameterRole.Weight, initializer, seed);
        _bias = AddParameter("bias", TensorShape.Vector(outputChannels), ParameterRole.Bias, Initializers.Constant(0), SplitMix64.Seed(seed, "bias"));
    }

    /// <inheritdoc/>
    public override long MultiplyAdds(TensorShape input, TensorShape output) =>
        output.Elements * _weight.Shape.Channels * (_weight.Shape.Height + _factor - 1) * (_weight.Shape.Width + _factor - 1) / (_factor * _factor);

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input) => UpsampledConvolution.Apply(step, input, _weight, _bias, _factor, _padding);
}
