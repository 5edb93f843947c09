using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Numerics;
using SegFromScratch.Kernels.BatchNormalization;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Layers.Initialization;

namespace SegFromScratch.Layers.Modules;

/// <summary>How a network makes its layers: where, from which random start, and with which habits of its framework.</summary>
/// <param name="Device">Where parameters lie.</param>
/// <param name="Seed">Fixes the random start; each named layer draws from a stream of its own.</param>
/// <param name="Weights">How kernels start.</param>
/// <param name="Normalization">Epsilon and momentum.</param>
public sealed record LayerStyle(Device Device, ulong Seed, Initializer Weights, BatchNormalizationOptions Normalization)
{
    /// <summary>True gives convolutions a bias even where a normalisation follows.</summary>
    public bool BiasBeforeNormalization { get; init; }

    /// <summary>How the kernels of depthwise convolutions start; null as the others.</summary>
    public Initializer? DepthwiseWeights { get; init; }

    /// <summary>True keeps the weights of convolutions as they start or as a file gives them: an encoder that is not trained.</summary>
    public bool Frozen { get; init; }

    /// <summary>torchvision's ResNets: He's initialisation by fan-out, PyTorch's normalisation.</summary>
    public static LayerStyle TorchVision(Device device, ulong seed) => new(device, seed, Initializers.HeNormalFanOut, new BatchNormalizationOptions());

    /// <summary>PyTorch's defaults.</summary>
    public static LayerStyle Torch(Device device, ulong seed) => new(device, seed, Initializers.UniformFanIn, new BatchNormalizationOptions());

    /// <summary>The style for a part of the network: the same habits, a random start of its own.</summary>
    public LayerStyle In(string part) => this with { Seed = SplitMix64.Seed(Seed, part) };

    /// <summary>A convolution that a normalisation follows.</summary>
    public Convolution2D Convolution(string name, int inputChannels, int outputChannels, int kernel, ConvolutionOptions options) =>
        new(Device, inputChannels, outputChannels, kernel, options, Weights, SplitMix64.Seed(Seed, name), BiasBeforeNormalization, isTrained: !Frozen);

    /// <summary>A 3x3 convolution of each channel by itself, that a normalisation follows; padded so that stride 1 keeps the size.</summary>
    public Convolution2D Depthwise(string name, int channels, int stride, int dilation) =>
        new(Device, channels, channels, 3, ConvolutionOptions.Symmetric(dilation, stride, dilation, channels), DepthwiseWeights ?? Weights, SplitMix64.Seed(Seed, name), BiasBeforeNormalization, isTrained: !Frozen);

    /// <summary>A convolution without normalisation, whose bias starts at zero.</summary>
    public Convolution2D Biased(string name, int inputChannels, int outputChannels, int kernel, ConvolutionOptions options) =>
        new(Device, inputChannels, outputChannels, kernel, options, Weights, SplitMix64.Seed(Seed, name), isTrained: !Frozen);

    /// <summary>A convolution with a bias as PyTorch starts it: weight and bias uniform in ±1 / sqrt(fan-in).</summary>
    public Convolution2D TorchBiased(string name, int inputChannels, int outputChannels, int kernel, ConvolutionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Initializer bias = Initializers.Uniform(inputChannels / options.Groups * kernel * kernel);
        return new(Device, inputChannels, outputChannels, kernel, options, Initializers.UniformFanIn, SplitMix64.Seed(Seed, name), biasInitializer: bias);
    }

    /// <summary>A normalisation, with a ReLU in the same pass if wanted.</summary>
    public BatchNormalization2D Normalize(int channels, bool relu = true) => new(Device, channels, Normalization with { Relu = relu });

    /// <summary>Convolution, normalisation and ReLU, named 0 and 1 as in a PyTorch <c>Sequential</c>.</summary>
    public Sequence ConvolutionNormalization(string name, int inputChannels, int outputChannels, int kernel, ConvolutionOptions options, bool relu = true) =>
        new(Device, ("0", Convolution(name, inputChannels, outputChannels, kernel, options)), ("1", Normalize(outputChannels, relu)));
}
