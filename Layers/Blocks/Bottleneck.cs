using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Blocks;

/// <summary>
/// The residual block of ResNet-50 and deeper, version 1.5: 1x1 to p channels, 3x3 with stride and dilation, 1x1 to 4 p channels, each normalised, plus the input; then ReLU.
/// He et al., "Deep residual learning", CVPR 2016; torchvision: <c>Bottleneck</c>.
/// </summary>
public sealed class Bottleneck : Module
{
    /// <summary>How many times wider the output is than the middle.</summary>
    public const int Expansion = 4;

    private readonly Module[] _residual;
    private readonly Sequence? _shortcut;

    /// <summary>Makes the parameters.</summary>
    /// <param name="style">How layers are made.</param>
    /// <param name="inputChannels">Channels that come in.</param>
    /// <param name="middleChannels">p; 4 p channels go out.</param>
    /// <param name="stride">Of the 3x3 convolution and of the shortcut.</param>
    /// <param name="dilation">Of the 3x3 convolution.</param>
    /// <param name="strideOnFirst">True puts the stride on the first 1x1 convolution instead: version 1, He et al.'s own.</param>
    public Bottleneck(LayerStyle style, int inputChannels, int middleChannels, int stride, int dilation, bool strideOnFirst = false)
        : base((style ?? throw new ArgumentNullException(nameof(style))).Device)
    {
        int outputChannels = middleChannels * Expansion;
        _residual =
        [
            Add("conv1", style.Convolution("conv1", inputChannels, middleChannels, 1, ConvolutionOptions.Symmetric(0, strideOnFirst ? stride : 1))),
            Add("bn1", style.Normalize(middleChannels)),
            Add("conv2", style.Convolution("conv2", middleChannels, middleChannels, 3, ConvolutionOptions.Symmetric(dilation, strideOnFirst ? 1 : stride, dilation))),
            Add("bn2", style.Normalize(middleChannels)),
            Add("conv3", style.Convolution("conv3", middleChannels, outputChannels, 1, ConvolutionOptions.Default)),
            Add("bn3", style.Normalize(outputChannels, relu: false)),
        ];
        if (stride != 1 || inputChannels != outputChannels)
            _shortcut = Add("downsample", style.ConvolutionNormalization("downsample", inputChannels, outputChannels, 1, ConvolutionOptions.Symmetric(0, stride), relu: false));
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input) => ModuleChain.RunAndAdd(step, input, _residual, input, _shortcut, relu: true);
}
