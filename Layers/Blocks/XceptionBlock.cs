using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Blocks;

/// <summary>What an <see cref="XceptionBlock"/> adds to its result.</summary>
public enum XceptionShortcut
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The input.</summary>
    Identity,

    /// <summary>The input after a normalised 1x1 convolution.</summary>
    Convolution,
}

/// <summary>Three separable convolutions and a shortcut: the block of the aligned Xception. Chen et al., ECCV 2018.</summary>
public sealed class XceptionBlock : Module
{
    private readonly SeparableConvolution[] _separable = new SeparableConvolution[3];
    private readonly Sequence? _convolution;
    private readonly XceptionShortcut _shortcut;

    /// <summary>Makes the parameters.</summary>
    /// <param name="style">How layers are made.</param>
    /// <param name="name">The start of the layers' names.</param>
    /// <param name="inputChannels">Channels that come in.</param>
    /// <param name="channels">Channels of the three convolutions.</param>
    /// <param name="shortcut">What is added.</param>
    /// <param name="stride">Of the third convolution and of the shortcut.</param>
    /// <param name="dilation">Of all three.</param>
    /// <param name="activated">True puts a ReLU after each normalisation, false one before each separable convolution.</param>
    /// <param name="tapped">True where <see cref="ForwardWithTap"/> is called, false where it is not.</param>
    public XceptionBlock(
        LayerStyle style, string name, int inputChannels, (int First, int Second, int Third) channels, XceptionShortcut shortcut, int stride = 1, int dilation = 1, bool activated = false, bool tapped = false)
        : base((style ?? throw new ArgumentNullException(nameof(style))).Device)
    {
        _shortcut = shortcut;
        (SeparableRelu first, SeparableRelu second, SeparableRelu third) = activated ? (SeparableRelu.AfterEach, SeparableRelu.AfterEach, SeparableRelu.AfterEach) : Rectified(tapped);
        _separable[0] = Add("", new SeparableConvolution(style, $"{name}_separable_conv1", inputChannels, channels.First, 1, dilation, first));
        _separable[1] = Add("", new SeparableConvolution(style, $"{name}_separable_conv2", channels.First, channels.Second, 1, dilation, second));
        _separable[2] = Add("", new SeparableConvolution(style, $"{name}_separable_conv3", channels.Second, channels.Third, stride, dilation, third));
        if (shortcut == XceptionShortcut.Convolution)
        {
            _convolution = Add("", new Sequence(
                style.Device,
                ($"{name}_shortcut", style.Convolution($"{name}_shortcut", inputChannels, channels.Third, 1, ConvolutionOptions.Symmetric(0, stride))),
                ($"{name}_shortcut_BN", style.Normalize(channels.Third, relu: false))));
        }
    }

    /// <summary>The output, and that of the second convolution: the caller owns one reference to each. For blocks made with tapped.</summary>
    public (Tensor Output, Tensor Tap) ForwardWithTap(Step step, Tensor input)
    {
        Tensor tap = Chain(step, input, _separable[0], _separable[1]);
        SeparableConvolution last = _separable[2];
        return (_shortcut == XceptionShortcut.None ? last.Forward(step, tap) : last.ForwardAndAdd(step, tap, input, _convolution), tap);
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input)
    {
        (Tensor output, Tensor tap) = ForwardWithTap(step, input);
        Step.Release(tap);
        return output;
    }

    // A ReLU before a convolution is one after the normalisation before it, where it costs nothing, unless someone else reads what was normalised.
    private static (SeparableRelu First, SeparableRelu Second, SeparableRelu Third) Rectified(bool tapped) => (
        SeparableRelu.Before | SeparableRelu.AfterPointwise,
        tapped ? SeparableRelu.None : SeparableRelu.AfterPointwise,
        tapped ? SeparableRelu.Before : SeparableRelu.None);
}
