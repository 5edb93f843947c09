using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Concatenation;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.Interpolation;
using SegFromScratch.Kernels.MaxPooling;
using SegFromScratch.Kernels.Padding;
using SegFromScratch.Layers.Initialization;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Models;

/// <summary>
/// The U-Net of github.com/milesial/Pytorch-UNet, with its parameter names: normalised convolutions, 2x2 transposed convolutions (or bilinear interpolation, corners upon corners) on the way up,
/// and padding where pooling cut a row or column off.
/// </summary>
public sealed class MilesialUNet : SegmentationModel
{
    private const int Levels = 4;
    private readonly Sequence[] _down = new Sequence[Levels + 1];
    private readonly TransposedConvolution2D?[] _up = new TransposedConvolution2D?[Levels];
    private readonly Sequence[] _merge = new Sequence[Levels];
    private readonly Convolution2D _head;
    private readonly bool _bilinear;

    /// <summary>Makes the network with random weights.</summary>
    /// <param name="device">Where its parameters lie.</param>
    /// <param name="classes">Logits a pixel.</param>
    /// <param name="bilinear">True enlarges by interpolation and halves the bottom's filters.</param>
    /// <param name="baseFilters">Filters of the first level: 64.</param>
    /// <param name="seed">Fixes the random start.</param>
    public MilesialUNet(Device device, int classes, bool bilinear, int baseFilters = 64, ulong seed = 1)
        : base(device, classes)
    {
        _bilinear = bilinear;
        LayerStyle style = LayerStyle.Torch(device, seed);
        int factor = bilinear ? 2 : 1, channels = 3;
        for (int level = 0; level <= Levels; level++)
        {
            int filters = (baseFilters << level) / (level == Levels ? factor : 1);
            string name = level == 0 ? "inc.double_conv" : $"down{level}.maxpool_conv.1.double_conv";
            _down[level] = MarkEncoder(Add(name, Pair(style.In(name), channels, filters, filters)));
            channels = filters;
        }

        for (int level = Levels - 1; level >= 0; level--)
        {
            string name = $"up{Levels - level}";
            int joined = (baseFilters << level) * 2, filters = (baseFilters << level) / (level == 0 ? 1 : factor);
            if (!bilinear)
                _up[level] = Add($"{name}.up", new TransposedConvolution2D(device, joined, joined / 2, 2, Initializers.UniformFanIn, style.In(name).Seed));
            _merge[level] = Add($"{name}.conv.double_conv", Pair(style.In(name), joined, bilinear ? joined / 2 : filters, filters));
        }

        _head = Add("outc.conv", style.TorchBiased("outc.conv", baseFilters, classes, 1, ConvolutionOptions.Default));
    }

    /// <inheritdoc/>
    public override string Name => _bilinear ? "unet_milesial_bilinear" : "unet_milesial";

    /// <inheritdoc/>
    public override int InputSizeFor(int outputSize) => Math.Max(outputSize, 1 << Levels);

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input)
    {
        CheckInput(input);
        var skips = new Tensor[Levels];
        Tensor current = _down[0].Forward(step, input);
        for (int level = 0; level < Levels; level++)
        {
            skips[level] = current;
            Tensor pooled = MaxPooling.Apply(step, current, MaxPoolingOptions.Square(2, 2));
            current = Consume(step, _down[level + 1], pooled);
        }

        for (int level = Levels - 1; level >= 0; level--)
            current = Merge(step, level, current, skips[level]);
        return Consume(step, _head, current);
    }

    private Tensor Merge(Step step, int level, Tensor below, Tensor skip)
    {
        Tensor large = _up[level]?.Forward(step, below)
            ?? Interpolation.Apply(step, below, 2 * below.Shape.Height, 2 * below.Shape.Width, InterpolationMode.BilinearAlignCorners);
        Step.Release(below);
        Tensor fitted = PadTo(step, large, skip.Shape);
        Tensor both = Concatenation.Apply(step, skip, fitted);
        Step.Release(fitted);
        Step.Release(skip);
        return Consume(step, _merge[level], both);
    }

    // Where a size was odd, pooling dropped its last row or column: zeros take its place.
    private static Tensor PadTo(Step step, Tensor image, TensorShape size)
    {
        int rows = size.Height - image.Shape.Height, columns = size.Width - image.Shape.Width;
        if (rows == 0 && columns == 0)
            return image;
        Tensor padded = Padding.Apply(step, image, new PaddingSizes(rows / 2, rows - (rows / 2), columns / 2, columns - (columns / 2)));
        Step.Release(image);
        return padded;
    }

    private static Sequence Pair(LayerStyle style, int inputChannels, int middle, int outputChannels) => new(
        style.Device,
        ("0", style.Convolution("0", inputChannels, middle, 3, ConvolutionOptions.Symmetric(1))),
        ("1", style.Normalize(middle)),
        ("3", style.Convolution("3", middle, outputChannels, 3, ConvolutionOptions.Symmetric(1))),
        ("4", style.Normalize(outputChannels)));
}
