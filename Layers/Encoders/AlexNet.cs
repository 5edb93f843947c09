using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.MaxPooling;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Encoders;

/// <summary>
/// The five convolutions of AlexNet without its full layers, in the form of torchvision's <c>alexnet</c> and with its names, <c>features.0</c> to <c>features.10</c>:
/// Krizhevsky, "One weird trick for parallelizing convolutional neural networks", 2014. That form has one column and no local response normalisation.
/// </summary>
public sealed class AlexNet : Module, IEncoder
{
    // Of the first convolution's channels.
    private static readonly int[] s_factors = [1, 3, 6, 4, 4];

    private readonly Sequence _features;

    /// <summary>Makes the parameters.</summary>
    /// <param name="style">How layers are made.</param>
    /// <param name="width">Channels of the first convolution: 64. The others have 3, 6, 4 and 4 times as many.</param>
    /// <param name="firstPadding">Zeros around the image before the first convolution: 2, or 100 in FCN.</param>
    /// <param name="roundUp">True keeps windows of poolings that stand over the end, as Caffe does; torchvision drops them.</param>
    public AlexNet(LayerStyle style, int width, int firstPadding, bool roundUp)
        : base((style ?? throw new ArgumentNullException(nameof(style))).Device)
    {
        int[] channels = [3, .. s_factors.Select(factor => factor * width)];
        _features = Add("features", new Sequence(
            Device,
            Convolution(0, 0, 11, ConvolutionOptions.Symmetric(firstPadding, stride: 4)),
            ("1", Function.Relu(Device)),
            Pool("2"),
            Convolution(3, 1, 5, ConvolutionOptions.Symmetric(2)),
            ("4", Function.Relu(Device)),
            Pool("5"),
            Convolution(6, 2, 3, ConvolutionOptions.Symmetric(1)),
            ("7", Function.Relu(Device)),
            Convolution(8, 3, 3, ConvolutionOptions.Symmetric(1)),
            ("9", Function.Relu(Device)),
            Convolution(10, 4, 3, ConvolutionOptions.Symmetric(1)),
            ("11", Function.Relu(Device)),
            Pool("12")));
        Channels = channels[^1];

        (string, Module) Convolution(int number, int index, int kernel, ConvolutionOptions options) =>
            ($"{number}", style.Biased($"features.{number}", channels[index], channels[index + 1], kernel, options));

        (string, Module) Pool(string name) => (name, Function.MaxPool(Device, MaxPoolingOptions.Square(3, 2, roundUp: roundUp)));
    }

    /// <summary>Channels of the output.</summary>
    public int Channels { get; }

    /// <summary>
    /// The two full layers after the features, as convolutions of 6x6 and of a single pixel with torchvision's names, 1 and 4, each after a dropout and before a ReLU: what FCN keeps of the classifier.
    /// </summary>
    /// <param name="style">How layers are made.</param>
    /// <param name="width">As of the encoder; the layers have 64 times as many channels.</param>
    /// <param name="dropout">The share of activations dropped before each: 0.5.</param>
    public static IEnumerable<(string Name, Module Module)> FullLayers(LayerStyle style, int width, float dropout)
    {
        ArgumentNullException.ThrowIfNull(style);
        int full = 64 * width;
        return
        [
            ("0", Function.Dropout(style.Device, dropout)),
            ("1", style.Biased("1", s_factors[^1] * width, full, MapSide, ConvolutionOptions.Default)),
            ("2", Function.Relu(style.Device)),
            ("3", Function.Dropout(style.Device, dropout)),
            ("4", style.Biased("4", full, full, 1, ConvolutionOptions.Default)),
            ("5", Function.Relu(style.Device)),
        ];
    }

    /// <summary>Rows and columns of the map that the first full layer sees.</summary>
    public const int MapSide = 6;

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input) => _features.Forward(step, input);
}
