using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.MaxPooling;
using SegFromScratch.Layers.Blocks;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Encoders;

/// <summary>
/// ResNet-18, -34, -50, -101 or -152 without its classifier, with torchvision's names. An output stride of 8 or 16 keeps the last layers at that share of
/// the input's size: their strides become 1, and their 3x3 kernels are dilated instead, so that they see as far.
/// </summary>
public sealed class ResNet : Module, ITwoLevelEncoder
{
    private readonly Module[] _stem;
    private readonly Module _pool;
    private readonly Module[] _layers;

    /// <summary>Makes the parameters.</summary>
    /// <param name="style">How layers are made.</param>
    /// <param name="options">Depth, width and output stride.</param>
    /// <param name="inputChannels">3 for colour pictures.</param>
    public ResNet(LayerStyle style, ResNetOptions options, int inputChannels = 3)
        : base((style ?? throw new ArgumentNullException(nameof(style))).Device)
    {
        ArgumentNullException.ThrowIfNull(options);
        int expansion = options.HasBottlenecks ? Bottleneck.Expansion : 1;
        _stem = options.DeepStem ? DeepStem(style, inputChannels, options.Width) : PlainStem(style, inputChannels, options.Width);
        _pool = Add("maxpool", Function.MaxPool(Device, MaxPoolingOptions.Square(3, 2, padding: 1, roundUp: options.RoundUpPooling)));
        _layers = new Module[options.Layers];
        int channels = options.DeepStem ? 2 * options.Width : options.Width, stride = 4, dilation = 1;
        for (int layer = 0; layer < options.Layers; layer++)
        {
            int middle = options.Width << layer, wanted = layer == 0 ? 1 : 2, before = dilation;
            int taken = stride * wanted <= options.OutputStride ? wanted : 1;
            stride *= taken;
            dilation *= wanted / taken;
            int first = options.DilateFirstBlock ? dilation : before;
            string name = $"layer{layer + 1}";
            _layers[layer] = Add(name, Blocks(style.In(name), options, options.BlocksOfLayer(layer), channels, middle, taken, first, dilation));
            channels = middle * expansion;
        }

        Channels = channels;
        StemChannels = options.DeepStem ? 2 * options.Width : options.Width;
    }

    /// <inheritdoc/>
    public int Channels { get; }

    /// <summary>Channels before the first pooling, at half the image's size.</summary>
    public int StemChannels { get; }

    /// <inheritdoc/>
    public int LowLevelChannels => ChannelsOfLayer(1);

    /// <summary>Channels of the output of a layer, 1 to the last.</summary>
    public int ChannelsOfLayer(int layer) => Channels >> (_layers.Length - layer);

    /// <summary>The features before the first pooling and those of each layer, from large to small: the caller owns one reference to each.</summary>
    public Tensor[] ForwardLevels(Step step, Tensor input)
    {
        var levels = new Tensor[_layers.Length + 1];
        levels[0] = Chain(step, input, _stem);
        Tensor pooled = _pool.Forward(step, levels[0]);
        levels[1] = _layers[0].Forward(step, pooled);
        Step.Release(pooled);
        for (int layer = 1; layer < _layers.Length; layer++)
            levels[layer + 1] = _layers[layer].Forward(step, levels[layer]);
        return levels;
    }

    /// <summary>The output, and what a layer (1 to the last) hands to the next: the caller owns one reference to each.</summary>
    public (Tensor Output, Tensor Tap) ForwardWithTap(Step step, Tensor input, int layer)
    {
        Tensor stem = Chain(step, input, [.. _stem, _pool]);
        Tensor tap = Chain(step, stem, _layers.AsSpan(0, layer));
        Step.Release(stem);
        return (Chain(step, tap, _layers.AsSpan(layer)), tap);
    }

    /// <inheritdoc/>
    public (Tensor Output, Tensor LowLevel) ForwardWithLowLevel(Step step, Tensor input) => ForwardWithTap(step, input, 1);

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input)
    {
        (Tensor output, Tensor tap) = ForwardWithTap(step, input, _layers.Length - 1);
        Step.Release(tap);
        return output;
    }

    private Module[] PlainStem(LayerStyle style, int inputChannels, int width) =>
    [
        Add("conv1", style.Convolution("conv1", inputChannels, width, 7, ConvolutionOptions.Symmetric(3, stride: 2))),
        Add("bn1", style.Normalize(width)),
    ];

    // Three 3x3 convolutions in place of the 7x7. The names are those of the PSPNet authors' code, where the ReLUs take numbers too.
    private Module[] DeepStem(LayerStyle style, int inputChannels, int width) =>
    [
        .. StemConvolution(style, 1, inputChannels, width, 2),
        .. StemConvolution(style, 2, width, width, 1),
        .. StemConvolution(style, 3, width, 2 * width, 1),
    ];

    private Module[] StemConvolution(LayerStyle style, int number, int inputChannels, int outputChannels, int stride) =>
    [
        Add($"layer0.{(3 * number) - 3}", style.Convolution($"conv{number}", inputChannels, outputChannels, 3, ConvolutionOptions.Symmetric(1, stride))),
        Add($"layer0.{(3 * number) - 2}", style.Normalize(outputChannels)),
    ];

    private static Sequence Blocks(LayerStyle style, ResNetOptions options, int count, int channels, int middle, int stride, int firstDilation, int dilation)
    {
        int outputs = options.HasBottlenecks ? middle * Bottleneck.Expansion : middle;
        return new Sequence(style.Device, Enumerable.Range(0, count).Select(i => ($"{i}", i == 0
            ? Block(style.In("0"), options, channels, middle, stride, firstDilation)
            : Block(style.In($"{i}"), options, outputs, middle, 1, dilation))));
    }

    private static Module Block(LayerStyle style, ResNetOptions options, int channels, int middle, int stride, int dilation) => options.HasBottlenecks
        ? new Bottleneck(style, channels, middle, stride, dilation, options.StrideOnFirst)
        : new BasicBlock(style, channels, middle, stride, dilation);
}
