using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Numerics;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Concatenation;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.Dropout;
using SegFromScratch.Kernels.MaxPooling;
using SegFromScratch.Layers.Blocks;
using SegFromScratch.Layers.Initialization;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Models;

/// <summary>
/// The U-Net of the Severstal study, with "same" convolutions: four levels of n, 2n, 4n, 8n filters and a bottom of 16n.
/// Each level halves the image by 2x2 max pooling; the way up doubles it by nearest-neighbour upsampling and a 2x2 convolution,
/// and takes the features of the same level from the way down beside its own.
/// </summary>
public sealed class UNet : SegmentationModel
{
    private const int Levels = 4;
    private readonly DoubleConvolution[] _down = new DoubleConvolution[Levels];
    private readonly UpsampledConvolution2D[] _up = new UpsampledConvolution2D[Levels];
    private readonly DoubleConvolution[] _merge = new DoubleConvolution[Levels];
    private readonly DoubleConvolution _bottom;
    private readonly Convolution2D _head;
    private readonly float _dropout;

    /// <summary>Makes the network with random weights.</summary>
    /// <param name="device">Where its parameters lie.</param>
    /// <param name="classes">Logits a pixel.</param>
    /// <param name="baseFilters">n, the filters of the first level.</param>
    /// <param name="dropout">The share of activations dropped after each pooling and each concatenation.</param>
    /// <param name="inputChannels">3 for colour pictures.</param>
    /// <param name="seed">Fixes the random start.</param>
    public UNet(Device device, int classes, int baseFilters = 8, float dropout = 0.2f, int inputChannels = 3, ulong seed = 1)
        : base(device, classes)
    {
        _dropout = dropout;
        int channels = inputChannels;
        for (int level = 0; level < Levels; level++)
        {
            string name = $"down{level + 1}";
            _down[level] = MarkEncoder(Add(name, new DoubleConvolution(device, channels, baseFilters << level, SplitMix64.Seed(seed, name))));
            channels = baseFilters << level;
        }

        _bottom = MarkEncoder(Add("bottom", new DoubleConvolution(device, channels, baseFilters << Levels, SplitMix64.Seed(seed, "bottom"))));
        for (int level = Levels - 1; level >= 0; level--)
        {
            int filters = baseFilters << level;
            string up = $"up{level + 1}", merge = $"merge{level + 1}";

            // A 2x2 kernel with "same" padding in Keras's sense: nothing before, one row and column of zeros after.
            _up[level] = Add(up, new UpsampledConvolution2D(device, 2 * filters, filters, 2, 2, WindowPadding.Same, Initializers.HeNormal, SplitMix64.Seed(seed, up)));
            _merge[level] = Add(merge, new DoubleConvolution(device, 2 * filters, filters, SplitMix64.Seed(seed, merge)));
        }

        _head = Add("head", new Convolution2D(device, baseFilters, classes, 1, ConvolutionOptions.Default, Initializers.GlorotUniform, SplitMix64.Seed(seed, "head")));
    }

    /// <inheritdoc/>
    public override string Name => "unet";

    /// <inheritdoc/>
    public override int InputSizeFor(int outputSize) => (outputSize + (1 << Levels) - 1) >> Levels << Levels;

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input)
    {
        CheckInput(input);
        var skips = new Tensor[Levels];
        Tensor current = input;
        for (int level = 0; level < Levels; level++)
        {
            skips[level] = _down[level].Forward(step, current);
            if (level > 0)
                Step.Release(current);
            Tensor pooled = MaxPooling.Apply(step, skips[level], MaxPoolingOptions.Square(2, 2));
            current = Dropout.Apply(step, pooled, _dropout);
            Step.Release(pooled);
        }

        Tensor features = _bottom.Forward(step, current);
        Step.Release(current);
        for (int level = Levels - 1; level >= 0; level--)
            features = Merge(step, level, features, skips[level]);
        Tensor logits = _head.Forward(step, features);
        Step.Release(features);
        return logits;
    }

    private Tensor Merge(Step step, int level, Tensor below, Tensor skip)
    {
        Tensor up = _up[level].Forward(step, below);
        Step.Release(below);
        if (!step.IsTraining)
        {
            Tensor joined = _merge[level].ForwardJoined(step, up, skip);
            Step.Release(up);
            Step.Release(skip);
            return joined;
        }

        Tensor both = Concatenation.Apply(step, up, skip);
        Step.Release(up);
        Step.Release(skip);
        Tensor kept = Dropout.Apply(step, both, _dropout);
        Step.Release(both);
        Tensor merged = _merge[level].Forward(step, kept);
        Step.Release(kept);
        return merged;
    }
}
