using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Concatenation;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.MaxPooling;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Blocks;

/// <summary>Channels of an inception block's branches.</summary>
/// <param name="Single">Of the 1x1 convolution.</param>
/// <param name="ReducedMiddle">Before the second branch's 3x3 convolution.</param>
/// <param name="Middle">After it.</param>
/// <param name="ReducedLarge">Before the third branch's 3x3 convolution.</param>
/// <param name="Large">After it.</param>
/// <param name="Pooled">Of the 1x1 convolution after the pooling.</param>
public readonly record struct InceptionChannels(int Single, int ReducedMiddle, int Middle, int ReducedLarge, int Large, int Pooled)
{
    private const int PaperWidth = 64;

    /// <summary>Channels of the output.</summary>
    public int Output => Single + Middle + Large + Pooled;

    /// <summary>The same block in a narrower or wider network.</summary>
    /// <param name="width">Channels of the network's first convolution, 64 in the paper.</param>
    public InceptionChannels Scaled(int width)
    {
        return new(Scale(Single), Scale(ReducedMiddle), Scale(Middle), Scale(ReducedLarge), Scale(Large), Scale(Pooled));

        int Scale(int channels) => Math.Max(1, channels * width / PaperWidth);
    }
}

/// <summary>
/// The block of GoogLeNet: four branches side by side, joined along channels. Szegedy et al., "Going deeper with convolutions", CVPR 2015. Names are torchvision's, and so is the third branch's
/// 3x3 kernel: the paper has 5x5 there, but the weights that are published for torchvision were trained with 3x3.
/// </summary>
public sealed class Inception : Module
{
    private readonly Module[] _branches;

    /// <summary>Makes the parameters.</summary>
    /// <param name="style">How layers are made.</param>
    /// <param name="inputChannels">C of the input.</param>
    /// <param name="channels">Channels of the branches.</param>
    public Inception(LayerStyle style, int inputChannels, InceptionChannels channels)
        : base((style ?? throw new ArgumentNullException(nameof(style))).Device) => _branches =
    [
        Add("branch1", Convolution(style, "branch1", inputChannels, channels.Single, 1)),
        Add("branch2", Pair(style, "branch2", inputChannels, channels.ReducedMiddle, channels.Middle)),
        Add("branch3", Pair(style, "branch3", inputChannels, channels.ReducedLarge, channels.Large)),
        Add("branch4", new Sequence(
            Device,
            ("0", Function.MaxPool(Device, MaxPoolingOptions.Square(3, 1, padding: 1, roundUp: true))),
            ("1", Convolution(style, "branch4", inputChannels, channels.Pooled, 1)))),
    ];

    /// <summary>A convolution that keeps the size, normalisation and ReLU, with torchvision's names <c>conv</c> and <c>bn</c>.</summary>
    /// <param name="style">How layers are made.</param>
    /// <param name="name">Fixes the random start.</param>
    /// <param name="inputChannels">C of the input.</param>
    /// <param name="outputChannels">C of the output.</param>
    /// <param name="kernel">Rows and columns of the kernel, odd.</param>
    public static Sequence Convolution(LayerStyle style, string name, int inputChannels, int outputChannels, int kernel) =>
        Convolution(style, name, inputChannels, outputChannels, kernel, ConvolutionOptions.Symmetric(kernel / 2));

    /// <summary>A convolution, normalisation and ReLU, with torchvision's names <c>conv</c> and <c>bn</c>.</summary>
    /// <param name="style">How layers are made.</param>
    /// <param name="name">Fixes the random start.</param>
    /// <param name="inputChannels">C of the input.</param>
    /// <param name="outputChannels">C of the output.</param>
    /// <param name="kernel">Rows and columns of the kernel.</param>
    /// <param name="options">Stride and padding.</param>
    public static Sequence Convolution(LayerStyle style, string name, int inputChannels, int outputChannels, int kernel, ConvolutionOptions options)
    {
        ArgumentNullException.ThrowIfNull(style);
        return new Sequence(style.Device, ("conv", style.Convolution(name, inputChannels, outputChannels, kernel, options)), ("bn", style.Normalize(outputChannels)));
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input)
    {
        Tensor[] parts = [.. _branches.Select(branch => branch.Forward(step, input))];
        Tensor joined = Concatenation.Apply(step, parts);
        foreach (Tensor part in parts)
            Step.Release(part);
        return joined;
    }

    private static Sequence Pair(LayerStyle style, string name, int inputChannels, int reduced, int outputChannels) => new(
        style.Device,
        ("0", Convolution(style, $"{name}.0", inputChannels, reduced, 1)),
        ("1", Convolution(style, $"{name}.1", reduced, outputChannels, 3)));
}
