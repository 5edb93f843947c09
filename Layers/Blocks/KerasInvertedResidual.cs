using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Activation;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Blocks;

/// <summary>
/// MobileNetV2's block as Keras has it: TensorFlow's 'same' padding at the 3x3 convolution, and flat names. <see cref="InvertedResidual"/> is PyTorch's.
/// </summary>
public sealed class KerasInvertedResidual : Module
{
    private readonly Module[] _parts;
    private readonly bool _addsInput;

    /// <summary>Makes the parameters.</summary>
    /// <param name="style">How layers are made.</param>
    /// <param name="name">The start of the layers' names.</param>
    /// <param name="inputChannels">Channels that come in.</param>
    /// <param name="outputChannels">Channels that go out.</param>
    /// <param name="expansion">How many times wider the middle is; 1 leaves the first convolution out.</param>
    /// <param name="stride">Of the 3x3 convolution.</param>
    /// <param name="dilation">Of the 3x3 convolution.</param>
    public KerasInvertedResidual(LayerStyle style, string name, int inputChannels, int outputChannels, int expansion, int stride, int dilation)
        : base((style ?? throw new ArgumentNullException(nameof(style))).Device)
    {
        int middle = expansion * inputChannels;
        _addsInput = stride == 1 && inputChannels == outputChannels;
        _parts =
        [
            .. expansion == 1 ? [] : Relu6(style, $"{name}_expand", inputChannels, middle, 1, ConvolutionOptions.Default),
            .. Relu6(style, $"{name}_depthwise", middle, middle, 3, ConvolutionOptions.Same(stride, dilation, middle)),
            Add($"{name}_project", style.Convolution($"{name}_project", middle, outputChannels, 1, ConvolutionOptions.Default)),
            Add($"{name}_project_BN", style.Normalize(outputChannels, relu: false)),
        ];
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input) =>
        _addsInput ? ModuleChain.RunAndAdd(step, input, _parts, input, shortcut: null, relu: false) : Chain(step, input, _parts);

    private Module[] Relu6(LayerStyle style, string name, int inputChannels, int outputChannels, int kernel, ConvolutionOptions options) =>
    [
        Add(name, style.Convolution(name, inputChannels, outputChannels, kernel, options)),
        Add($"{name}_BN", style.Normalize(outputChannels, relu: false)),
        new Function(style.Device, Activation.Relu6),
    ];
}
