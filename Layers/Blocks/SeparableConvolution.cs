using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Activation;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Blocks;

/// <summary>
/// A 3x3 convolution of each channel by itself and a 1x1 convolution across channels, each normalised. The ReLU stands either after both, or once before them:
/// DeepLabV3+ (Chen et al., ECCV 2018) does the first in its decoder, the second in its Xception.
/// </summary>
public sealed class SeparableConvolution : Module
{
    private readonly Module[] _parts;
    private readonly bool _activated;

    /// <summary>Makes the parameters.</summary>
    /// <param name="style">How layers are made.</param>
    /// <param name="name">The start of the layers' names; Keras's names are flat, so add this module without a name of its own.</param>
    /// <param name="inputChannels">Channels that come in.</param>
    /// <param name="outputChannels">Channels that go out.</param>
    /// <param name="stride">Of the 3x3 convolution.</param>
    /// <param name="dilation">Of the 3x3 convolution.</param>
    /// <param name="activated">True puts a ReLU after each normalisation, false one before the whole.</param>
    public SeparableConvolution(LayerStyle style, string name, int inputChannels, int outputChannels, int stride = 1, int dilation = 1, bool activated = true)
        : base((style ?? throw new ArgumentNullException(nameof(style))).Device)
    {
        _activated = activated;
        _parts =
        [
            Add($"{name}_depthwise", style.Depthwise($"{name}_depthwise", inputChannels, stride, dilation)),
            Add($"{name}_depthwise_BN", style.Normalize(inputChannels, activated)),
            Add($"{name}_pointwise", style.Convolution($"{name}_pointwise", inputChannels, outputChannels, 1, ConvolutionOptions.Default)),
            Add($"{name}_pointwise_BN", style.Normalize(outputChannels, activated)),
        ];
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input)
    {
        if (_activated)
            return Chain(step, input, _parts);
        Tensor active = Activation.Relu(step, input);
        Tensor output = Chain(step, active, _parts);
        Step.Release(active);
        return output;
    }
}
