using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Blocks;

/// <summary>
/// The residual block of ResNet-18 and -34: two normalised 3x3 convolutions, plus the input; then ReLU. He et al., "Deep residual learning", CVPR 2016; torchvision: <c>BasicBlock</c>.
/// </summary>
public sealed class BasicBlock : Module
{
    private readonly Module[] _residual;
    private readonly Sequence? _shortcut;

    /// <summary>Makes the parameters.</summary>
    /// <param name="style">How layers are made.</param>
    /// <param name="inputChannels">Channels that come in.</param>
    /// <param name="outputChannels">Channels that go out.</param>
    /// <param name="stride">Of the first convolution and of the shortcut.</param>
    /// <param name="dilation">Of both convolutions.</param>
    public BasicBlock(LayerStyle style, int inputChannels, int outputChannels, int stride, int dilation)
        : base((style ?? throw new ArgumentNullException(nameof(style))).Device)
    {
        _residual =
        [
            Add("conv1", style.Convolution("conv1", inputChannels, outputChannels, 3, ConvolutionOptions.Symmetric(dilation, stride, dilation))),
            Add("bn1", style.Normalize(outputChannels)),
            Add("conv2", style.Convolution("conv2", outputChannels, outputChannels, 3, ConvolutionOptions.Symmetric(dilation, dilation: dilation))),
            Add("bn2", style.Normalize(outputChannels, relu: false)),
        ];
        if (stride != 1 || inputChannels != outputChannels)
            _shortcut = Add("downsample", style.ConvolutionNormalization("downsample", inputChannels, outputChannels, 1, ConvolutionOptions.Symmetric(0, stride), relu: false));
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input) => ModuleChain.RunAndAdd(step, input, _residual, input, _shortcut, relu: true);
}
