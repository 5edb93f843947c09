using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.AdaptiveAveragePooling;
using SegFromScratch.Kernels.Concatenation;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.Interpolation;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Decoders;

/// <summary>
/// Atrous spatial pyramid pooling of DeepLabV3: a 1x1 convolution, three dilated 3x3 convolutions and the mean of the whole image side by side, then a 1x1 convolution over all of them.
/// Chen et al., "Rethinking atrous convolution", 2017; torchvision: <c>ASPP</c>.
/// </summary>
public sealed class AtrousPyramid : Module
{
    private readonly Sequence[] _branches;
    private readonly Sequence _image;
    private readonly Sequence _project;

    /// <summary>Makes the parameters.</summary>
    /// <param name="style">How layers are made.</param>
    /// <param name="inputChannels">Channels of the features.</param>
    /// <param name="channels">Channels of each branch and of the output: 256.</param>
    /// <param name="outputStride">Of the features: dilations are 6, 12 and 18 at 16, twice that at 8.</param>
    /// <param name="dropout">The share of activations dropped at the end.</param>
    /// <param name="separable">True makes of each dilated convolution one of each channel by itself and a 1x1 across channels, as segmentation_models.pytorch does.</param>
    public AtrousPyramid(LayerStyle style, int inputChannels, int channels, int outputStride, float dropout, bool separable = false)
        : base((style ?? throw new ArgumentNullException(nameof(style))).Device)
    {
        int[] dilations = Dilations(outputStride);
        _branches = new Sequence[dilations.Length + 1];
        _branches[0] = Add("convs.0", style.ConvolutionNormalization("convs.0", inputChannels, channels, 1, ConvolutionOptions.Default));
        for (int i = 0; i < dilations.Length; i++)
        {
            string name = $"convs.{i + 1}";
            _branches[i + 1] = Add(name, separable
                ? Separable(style, name, inputChannels, channels, dilations[i])
                : style.ConvolutionNormalization(name, inputChannels, channels, 3, ConvolutionOptions.Symmetric(dilations[i], dilation: dilations[i])));
        }

        _image = Add("convs.4", new Sequence(
            style.Device,
            ("0", new Function(style.Device, AdaptiveAveragePooling.Global)),
            ("1", style.Convolution("convs.4", inputChannels, channels, 1, ConvolutionOptions.Default)),
            ("2", style.Normalize(channels))));
        _project = Add("project", new Sequence(
            style.Device,
            ("0", style.Convolution("project", 5 * channels, channels, 1, ConvolutionOptions.Default)),
            ("1", style.Normalize(channels)),
            ("3", Function.Dropout(style.Device, dropout))));
    }

    /// <summary>The dilations for features of an output stride.</summary>
    public static int[] Dilations(int outputStride) => outputStride == 8 ? [12, 24, 36] : [6, 12, 18];

    /// <summary>A 3x3 convolution of each channel by itself and a 1x1 across channels, with one normalisation after both.</summary>
    /// <param name="style">How layers are made.</param>
    /// <param name="name">Names the random start.</param>
    /// <param name="inputChannels">Channels that come in.</param>
    /// <param name="channels">Channels that go out.</param>
    /// <param name="dilation">Of the 3x3 convolution.</param>
    internal static Sequence Separable(LayerStyle style, string name, int inputChannels, int channels, int dilation = 1) =>
        new(style.Device, ("0", SeparablePair(style, name, inputChannels, channels, dilation)), ("1", style.Normalize(channels)));

    /// <summary>The two convolutions of <see cref="Separable"/> without the normalisation.</summary>
    /// <param name="style">How layers are made.</param>
    /// <param name="name">Names the random start.</param>
    /// <param name="inputChannels">Channels that come in.</param>
    /// <param name="channels">Channels that go out.</param>
    /// <param name="dilation">Of the 3x3 convolution.</param>
    internal static Sequence SeparablePair(LayerStyle style, string name, int inputChannels, int channels, int dilation = 1) => new(
        style.Device,
        ("0", style.Depthwise($"{name}.depthwise", inputChannels, 1, dilation)),
        ("1", style.Convolution($"{name}.pointwise", inputChannels, channels, 1, ConvolutionOptions.Default)));

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input)
    {
        Tensor[] parts = [.. _branches.Select(branch => branch.Forward(step, input)), Image(step, input)];
        Tensor joined = Concatenation.Apply(step, parts);
        foreach (Tensor part in parts)
            Step.Release(part);
        return Consume(step, _project, joined);
    }

    private Tensor Image(Step step, Tensor input)
    {
        Tensor mean = _image.Forward(step, input);
        Tensor large = Interpolation.Apply(step, mean, input.Shape.Height, input.Shape.Width, InterpolationMode.Bilinear);
        Step.Release(mean);
        return large;
    }
}
