using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.TransposedConvolution;
using SegFromScratch.Layers.Initialization;

namespace SegFromScratch.Layers.Modules;

/// <summary>A transposed ("up-") convolution. PyTorch: <c>ConvTranspose2d</c>.</summary>
public sealed class TransposedConvolution2D : Module
{
    private readonly Tensor _weight;
    private readonly Tensor? _bias;
    private readonly TransposedConvolutionOptions _options;

    /// <summary>Makes the parameters of one whose kernel is as large as its stride, so that outputs do not overlap.</summary>
    /// <param name="device">Where they lie.</param>
    /// <param name="inputChannels">C.</param>
    /// <param name="outputChannels">K.</param>
    /// <param name="stride">Output rows for each input row; also the size of the kernel.</param>
    /// <param name="initializer">How the weight starts; the bias starts at zero.</param>
    /// <param name="seed">Fixes the random start.</param>
    public TransposedConvolution2D(Device device, int inputChannels, int outputChannels, int stride, Initializer initializer, ulong seed)
        : this(device, inputChannels, outputChannels, stride, TransposedConvolutionOptions.Symmetric(stride), initializer, seed)
    {
    }

    /// <summary>Makes the parameters.</summary>
    /// <param name="device">Where they lie.</param>
    /// <param name="inputChannels">C.</param>
    /// <param name="outputChannels">K.</param>
    /// <param name="kernel">Rows and columns of the kernel.</param>
    /// <param name="options">Stride, crops, dilation, groups.</param>
    /// <param name="initializer">How the weight starts; the bias starts at zero.</param>
    /// <param name="seed">Fixes the random start.</param>
    /// <param name="bias">False leaves the bias out.</param>
    /// <param name="isTrained">False keeps the weight as it starts.</param>
    public TransposedConvolution2D(
        Device device,
        int inputChannels,
        int outputChannels,
        int kernel,
        TransposedConvolutionOptions options,
        Initializer initializer,
        ulong seed,
        bool bias = true,
        bool isTrained = true)
        : base(device)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        ParameterRole role = isTrained ? ParameterRole.Weight : ParameterRole.Fixed;
        _weight = AddParameter("weight", new TensorShape(inputChannels, outputChannels / options.Groups, kernel, kernel), role, initializer, seed);
        if (bias)
            _bias = AddParameter("bias", TensorShape.Vector(outputChannels), ParameterRole.Bias, Initializers.Constant(0), seed);
    }

    /// <inheritdoc/>
    public override long MultiplyAdds(TensorShape input, TensorShape output) => input.Elements * (_weight.Shape.Elements / _weight.Shape.Batch);

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input) => TransposedConvolution.Apply(step, input, _weight, _bias, _options);
}
