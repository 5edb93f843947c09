using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Activation;
using SegFromScratch.Kernels.Concatenation;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.Interpolation;
using SegFromScratch.Kernels.Padding;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Models;

/// <summary>
/// The U-Net of the VOC review's own code: mirrored edges instead of zeros, strided convolutions instead of pooling, channel dropout and leaky ReLU after each normalisation,
/// nearest-neighbour enlargement with a 1x1 convolution.
/// </summary>
/// <remarks>The review regresses the colours of the mask with it; here it gives logits, as the others.</remarks>
public sealed class ReflectUNet : SegmentationModel
{
    private const int Levels = 4;
    private static readonly PaddingSizes s_edge = new(1, 1, 1, 1);
    private readonly Sequence[] _blocks = new Sequence[Levels + 1];
    private readonly Sequence[] _down = new Sequence[Levels];
    private readonly Convolution2D[] _up = new Convolution2D[Levels];
    private readonly Sequence[] _merge = new Sequence[Levels];
    private readonly Convolution2D _head;

    /// <summary>Makes the network with random weights.</summary>
    /// <param name="device">Where its parameters lie.</param>
    /// <param name="classes">Logits a pixel.</param>
    /// <param name="baseFilters">Filters of the first level: 64.</param>
    /// <param name="dropout">The share of channels dropped after each normalisation: 0.3.</param>
    /// <param name="seed">Fixes the random start.</param>
    public ReflectUNet(Device device, int classes, int baseFilters = 64, float dropout = 0.3f, ulong seed = 1)
        : base(device, classes)
    {
        LayerStyle style = LayerStyle.Torch(device, seed);
        int channels = 3;
        for (int level = 0; level <= Levels; level++)
        {
            int filters = baseFilters << level;
            string name = $"block{level + 1}", down = $"down{level + 1}";
            _blocks[level] = MarkEncoder(Add(name, Block(style.In(name), channels, filters, dropout)));
            if (level < Levels)
                _down[level] = MarkEncoder(Add(down, new Sequence(device, Layer(style.In(down), 1, filters, filters, 2, 0))));
            channels = filters;
        }

        for (int level = Levels - 1; level >= 0; level--)
        {
            int filters = baseFilters << level;
            string up = $"up{level + 1}", merge = $"merge{level + 1}";
            _up[level] = Add(up, style.TorchBiased(up, 2 * filters, filters, 1, ConvolutionOptions.Default));
            _merge[level] = Add(merge, Block(style.In(merge), 2 * filters, filters, dropout));
        }

        _head = Add("head", style.TorchBiased("head", baseFilters, classes, 3, ConvolutionOptions.Symmetric(1)));
    }

    /// <inheritdoc/>
    public override string Name => "unet_reflect";

    /// <inheritdoc/>
    /// <remarks>The smallest features must have two rows, or there is nothing to mirror.</remarks>
    public override int InputSizeFor(int outputSize) => Math.Max((outputSize + (1 << Levels) - 1) >> Levels << Levels, 2 << Levels);

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input)
    {
        CheckInput(input);
        var skips = new Tensor[Levels];
        Tensor current = _blocks[0].Forward(step, input);
        for (int level = 0; level < Levels; level++)
        {
            skips[level] = current;
            current = Consume(step, _blocks[level + 1], _down[level].Forward(step, current));
        }

        for (int level = Levels - 1; level >= 0; level--)
            current = Merge(step, level, current, skips[level]);
        return Consume(step, _head, current);
    }

    private Tensor Merge(Step step, int level, Tensor below, Tensor skip)
    {
        Tensor large = Interpolation.Apply(step, below, skip.Shape.Height, skip.Shape.Width, InterpolationMode.Nearest);
        Step.Release(below);
        Tensor up = Consume(step, _up[level], large);
        Tensor both = Concatenation.Apply(step, up, skip);
        Step.Release(up);
        Step.Release(skip);
        return Consume(step, _merge[level], both);
    }

    private static Sequence Block(LayerStyle style, int inputChannels, int filters, float dropout) =>
        new(style.Device, [.. Layer(style, 1, inputChannels, filters, 1, dropout), .. Layer(style, 2, filters, filters, 1, dropout)]);

    private static IEnumerable<(string Name, Module Module)> Layer(LayerStyle style, int number, int inputChannels, int filters, int stride, float dropout) =>
    [
        ($"mirror{number}", new Function(style.Device, (step, input) => Padding.Apply(step, input, s_edge, PaddingMode.Reflect))),
        ($"convolution{number}", style.Convolution($"convolution{number}", inputChannels, filters, 3, ConvolutionOptions.Valid(stride))),
        ($"normalization{number}", style.Normalize(filters, relu: false)),
        ($"dropout{number}", Function.ChannelDropout(style.Device, dropout)),
        ($"relu{number}", new Function(style.Device, (step, input) => Activation.LeakyRelu(step, input))),
    ];
}
