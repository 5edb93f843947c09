using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.TransposedConvolution;
using SegFromScratch.Layers.Initialization;

namespace SegFromScratch.Layers.Modules;

/// <summary>A transposed ("up-") convolution whose kernel is as large as its stride, so that outputs do not overlap. PyTorch: <c>ConvTranspose2d</c>.</summary>
public sealed class TransposedConvolution2D : Module
{
    private readonly Tensor _weight;
    private readonly Tensor _bias;
    private readonly int _stride;

    /// <summary>Makes the parameters.</summary>
    /// <param name="device">Where they lie.</param>
    /// <param name="inputChannels">C.</param>
    /// <param name="outputChannels">K.</param>
    /// <param name="stride">Output rows for each input row; also the size of the kernel.</param>
    /// <param name="initializer">How the weight starts; the bias starts at zero.</param>
    /// <param name="seed">Fixes the random start.</param>
    public TransposedConvolution2D(Device device, int inputChannels, int outputChannels, int stride, Initializer initializer, ulong seed)
        : base(device)
    {
        _stride = stride;
        _weight = AddParameter("weight", new TensorShape(inputChannels, outputChannels, stride, stride), ParameterRole.Weight, initializer, seed);
        _bias = AddParameter("bias", TensorShape.Vector(outputChannels), ParameterRole.Bias, Initializers.Constant(0), seed);
    }

    /// <inheritdoc/>
    public override Tensor Forward(Step step, Tensor input) =>
        TransposedConvolution.Apply(step, input, _weight, _bias, TransposedConvolutionOptions.Symmetric(_stride));
}
