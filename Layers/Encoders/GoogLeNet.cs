using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.MaxPooling;
using SegFromScratch.Layers.Blocks;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Encoders;

/// <summary>
/// GoogLeNet, the first Inception network, without its classifier: Szegedy et al., "Going deeper with convolutions", CVPR 2015, with the batch normalisations and the names of torchvision's <c>googlenet</c>.
/// </summary>
public sealed class GoogLeNet : Module, IEncoder
{
    /// <summary>What normalisations add to the variance.</summary>
    public const float Epsilon = 1e-3f;

    // The paper's table 1. A null is a pooling.
    private static readonly (string Name, InceptionChannels? Channels)[] s_blocks =
    [
        ("inception3a", new(64, 96, 128, 16, 32, 32)),
        ("inception3b", new(128, 128, 192, 32, 96, 64)),
        ("maxpool3", null),
        ("inception4a", new(192, 96, 208, 16, 48, 64)),
        ("inception4b", new(160, 112, 224, 24, 64, 64)),
        ("inception4c", new(128, 128, 256, 24, 64, 64)),
        ("inception4d", new(112, 144, 288, 32, 64, 64)),
        ("inception4e", new(256, 160, 320, 32, 128, 128)),
        ("maxpool4", null),
        ("inception5a", new(256, 160, 320, 32, 128, 128)),
        ("inception5b", new(384, 192, 384, 48, 128, 128)),
    ];

    private readonly Module[] _parts;

    // Parts up to and with inception4a, and with inception4d.
    private readonly int _firstTap, _secondTap;

    /// <summary>Makes the parameters.</summary>
    /// <param name="style">How layers are made; the normalisations' epsilon is torchvision's 1e-3.</param>
    /// <param name="width">Channels of the first convolution: 64. All others follow it in proportion.</param>
    /// <param name="firstPadding">Zeros around the image before the first convolution: 3, or 100 in FCN.</param>
    public GoogLeNet(LayerStyle style, int width, int firstPadding)
        : base((style ?? throw new ArgumentNullException(nameof(style))).Device)
    {
        style = style with { Normalization = style.Normalization with { Epsilon = Epsilon } };
        List<Module> parts =
        [
            Add("conv1", Inception.Convolution(style, "conv1", 3, width, 7, ConvolutionOptions.Symmetric(firstPadding, stride: 2))),
            Add("maxpool1", Pool(3)),
            Add("conv2", Inception.Convolution(style, "conv2", width, width, 1)),
            Add("conv3", Inception.Convolution(style, "conv3", width, 3 * width, 3)),
            Add("maxpool2", Pool(3)),
        ];
        int channels = 3 * width;
        foreach ((string name, InceptionChannels? paper) in s_blocks)
        {
            if (paper is { } of)
            {
                InceptionChannels own = of.Scaled(width);
                parts.Add(Add(name, new Inception(style.In(name), channels, own)));
                channels = own.Output;
            }
            else
            {
                parts.Add(Add(name, Pool(name == "maxpool3" ? 3 : 2)));
            }

            if (name == "inception4a")
                (_firstTap, FirstTapChannels) = (parts.Count, channels);
            if (name == "inception4d")
                (_secondTap, SecondTapChannels) = (parts.Count, channels);
        }

        (_parts, Channels) = ([.. parts], channels);
    }

    /// <summary>Channels of the output.</summary>
    public int Channels { get; }

    /// <summary>Channels after inception4a, where the first auxiliary classifier looks.</summary>
    public int FirstTapChannels { get; }

    /// <summary>Channels after inception4d, where the second auxiliary classifier looks.</summary>
    public int SecondTapChannels { get; }

    /// <summary>The output, and what the auxiliary classifiers see: the caller owns one reference to each.</summary>
    public (Tensor Output, Tensor FirstTap, Tensor SecondTap) ForwardWithTaps(Step step, Tensor input)
    {
        Tensor first = Chain(step, input, _parts.AsSpan(0, _firstTap));
        Tensor second = Chain(step, first, _parts.AsSpan(_firstTap, _secondTap - _firstTap));
        return (Chain(step, second, _parts.AsSpan(_secondTap)), first, second);
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input) => Chain(step, input, _parts);

    private Function Pool(int kernel) => Function.MaxPool(Device, MaxPoolingOptions.Square(kernel, 2, roundUp: true));
}
