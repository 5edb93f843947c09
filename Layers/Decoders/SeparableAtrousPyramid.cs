using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Concatenation;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.Dropout;
using SegFromScratch.Kernels.Interpolation;
using SegFromScratch.Layers.Blocks;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Decoders;

/// <summary>
/// Atrous spatial pyramid pooling as DeepLabV3+ has it on Xception: the dilated branches are separable, and the image's mean comes first.
/// Layers have the names of the Keras ports.
/// </summary>
public sealed class SeparableAtrousPyramid : Module
{
    private readonly Sequence _image;
    private readonly Sequence _point;
    private readonly SeparableConvolution[] _branches;
    private readonly Sequence _project;

    /// <summary>Makes the parameters.</summary>
    /// <param name="style">How layers are made.</param>
    /// <param name="inputChannels">Channels of the features.</param>
    /// <param name="channels">Channels of each branch and of the output: 256.</param>
    /// <param name="outputStride">Of the features: dilations are 6, 12 and 18 at 16, twice that at 8.</param>
    /// <param name="dropout">The share of activations dropped at the end.</param>
    /// <param name="pooling">How the image branch takes means.</param>
    public SeparableAtrousPyramid(LayerStyle style, int inputChannels, int channels, int outputStride, float dropout, Func<Step, Tensor, Tensor> pooling)
        : base((style ?? throw new ArgumentNullException(nameof(style))).Device)
    {
        _image = Add("", new Sequence(
            style.Device,
            ("image_pooling_mean", new Function(style.Device, pooling)),
            ("image_pooling", style.Convolution("image_pooling", inputChannels, channels, 1, ConvolutionOptions.Default)),
            ("image_pooling_BN", style.Normalize(channels))));
        _point = Add("", new Sequence(
            style.Device,
            ("aspp0", style.Convolution("aspp0", inputChannels, channels, 1, ConvolutionOptions.Default)),
            ("aspp0_BN", style.Normalize(channels))));
        _branches =
        [
            .. AtrousPyramid.Dilations(outputStride).Select((dilation, i) =>
                Add("", new SeparableConvolution(style, $"aspp{i + 1}", inputChannels, channels, dilation: dilation))),
        ];
        _project = Add("", new Sequence(
            style.Device,
            ("concat_projection", style.Convolution("concat_projection", 5 * channels, channels, 1, ConvolutionOptions.Default)),
            ("concat_projection_BN", style.Normalize(channels)),
            ("concat_projection_dropout", new Function(style.Device, (step, joined) => DropoutAtInference ? Dropout.ApplyAlways(step, joined, dropout) : Dropout.Apply(step, joined, dropout)))));
    }

    /// <summary>True drops in inference too.</summary>
    public bool DropoutAtInference { get; init; }

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input)
    {
        Tensor mean = _image.Forward(step, input);
        Tensor image = Interpolation.Apply(step, mean, input.Shape.Height, input.Shape.Width, InterpolationMode.Bilinear);
        Step.Release(mean);
        Tensor[] parts = [image, _point.Forward(step, input), .. _branches.Select(branch => branch.Forward(step, input))];
        Tensor joined = Concatenation.Apply(step, parts);
        foreach (Tensor part in parts)
            Step.Release(part);
        return Consume(step, _project, joined);
    }
}
