using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Activation;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.Padding;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Blocks;

/// <summary>
/// MobileNetV2's block: 1x1 to t times the channels, 3x3 of each channel by itself, 1x1 to few channels without activation; plus the input where shapes agree.
/// Sandler et al., CVPR 2018. As in VainF's code the image is padded before the first 1x1 convolution, so that the 3x3 convolution sees its bias at the edges and not zeros.
/// </summary>
public sealed class InvertedResidual : Module
{
    private readonly Module[] _parts;
    private readonly PaddingSizes _padding;
    private readonly bool _addsInput;

    /// <summary>Makes the parameters.</summary>
    /// <param name="style">How layers are made.</param>
    /// <param name="inputChannels">Channels that come in.</param>
    /// <param name="outputChannels">Channels that go out.</param>
    /// <param name="expansion">t; 1 leaves the first convolution out.</param>
    /// <param name="stride">Of the 3x3 convolution.</param>
    /// <param name="dilation">Of the 3x3 convolution.</param>
    public InvertedResidual(LayerStyle style, int inputChannels, int outputChannels, int expansion, int stride, int dilation)
        : base((style ?? throw new ArgumentNullException(nameof(style))).Device)
    {
        int middle = expansion * inputChannels, index = 0;
        _padding = new PaddingSizes(dilation, dilation, dilation, dilation);
        _addsInput = stride == 1 && inputChannels == outputChannels;
        var parts = new List<Module>();
        if (expansion != 1)
            parts.Add(Add($"conv.{index++}", Relu6(style, "expand", inputChannels, middle, 1, ConvolutionOptions.Default)));
        parts.Add(Add($"conv.{index++}", Relu6(style, "depthwise", middle, middle, 3, ConvolutionOptions.Valid(stride, dilation, middle))));
        parts.Add(Add($"conv.{index++}", style.Convolution("project", middle, outputChannels, 1, ConvolutionOptions.Default)));
        parts.Add(Add($"conv.{index}", style.Normalize(outputChannels, relu: false)));
        _parts = [.. parts];
    }

    /// <summary>Convolution, normalisation and min(max(0, x), 6), named 0, 1 and 2.</summary>
    /// <param name="style">How layers are made.</param>
    /// <param name="name">Names the random start.</param>
    /// <param name="inputChannels">Channels that come in.</param>
    /// <param name="outputChannels">Channels that go out.</param>
    /// <param name="kernel">Rows and columns of the kernel.</param>
    /// <param name="options">Stride, padding, dilation, groups.</param>
    internal static Sequence Relu6(LayerStyle style, string name, int inputChannels, int outputChannels, int kernel, ConvolutionOptions options) => new(
        style.Device,
        ("0", style.Convolution(name, inputChannels, outputChannels, kernel, options)),
        ("1", style.Normalize(outputChannels, relu: false)),
        ("2", new Function(style.Device, Activation.Relu6)));

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input)
    {
        Tensor padded = Padding.Apply(step, input, _padding);
        Tensor output = _addsInput ? ModuleChain.RunAndAdd(step, padded, _parts, input, shortcut: null, relu: false) : Chain(step, padded, _parts);
        Step.Release(padded);
        return output;
    }
}
