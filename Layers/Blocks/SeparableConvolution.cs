using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Activation;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Blocks;

/// <summary>
/// A 3x3 convolution of each channel by itself and a 1x1 convolution across channels, each normalised. DeepLabV3+ (Chen et al., ECCV 2018) has a ReLU after
/// both in its decoder, and once before them in its Xception.
/// </summary>
public sealed class SeparableConvolution : Module
{
    private readonly Module[] _parts;
    private readonly bool _reluBefore;

    /// <summary>Makes the parameters.</summary>
    /// <param name="style">How layers are made.</param>
    /// <param name="name">The start of the layers' names; Keras's names are flat, so add this module without a name of its own.</param>
    /// <param name="inputChannels">Channels that come in.</param>
    /// <param name="outputChannels">Channels that go out.</param>
    /// <param name="stride">Of the 3x3 convolution.</param>
    /// <param name="dilation">Of the 3x3 convolution.</param>
    /// <param name="relu">Where ReLUs stand.</param>
    public SeparableConvolution(LayerStyle style, string name, int inputChannels, int outputChannels, int stride = 1, int dilation = 1, SeparableRelu relu = SeparableRelu.AfterEach)
        : base((style ?? throw new ArgumentNullException(nameof(style))).Device)
    {
        _reluBefore = relu.HasFlag(SeparableRelu.Before);
        _parts =
        [
            Add($"{name}_depthwise", style.Depthwise($"{name}_depthwise", inputChannels, stride, dilation)),
            Add($"{name}_depthwise_BN", style.Normalize(inputChannels, relu.HasFlag(SeparableRelu.AfterDepthwise))),
            Add($"{name}_pointwise", style.Convolution($"{name}_pointwise", inputChannels, outputChannels, 1, ConvolutionOptions.Default)),
            Add($"{name}_pointwise_BN", style.Normalize(outputChannels, relu.HasFlag(SeparableRelu.AfterPointwise))),
        ];
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input) => Run(step, input, added: null, shortcut: null);

    /// <summary>The end of a residual block: the output and what a shortcut makes of a tensor, or that tensor, added.</summary>
    internal Tensor ForwardAndAdd(Step step, Tensor input, Tensor added, Module? shortcut)
    {
        Tensor output = Run(step, input, added, shortcut);
        TellForward(input.Shape, output.Shape);
        return output;
    }

    private Tensor Run(Step step, Tensor input, Tensor? added, Module? shortcut)
    {
        Tensor active = _reluBefore ? Activation.Relu(step, input) : input;
        Tensor output = added is null ? Chain(step, active, _parts) : ModuleChain.RunAndAdd(step, active, _parts, added, shortcut, relu: false);
        if (_reluBefore)
            Step.Release(active);
        return output;
    }
}
