using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Numerics;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Activation;
using SegFromScratch.Kernels.Concatenation;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.Cropping;
using SegFromScratch.Kernels.Dropout;
using SegFromScratch.Kernels.MaxPooling;
using SegFromScratch.Layers.Initialization;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Models;

/// <summary>
/// The original U-Net: Ronneberger, Fischer and Brox, "U-Net: Convolutional networks for biomedical image segmentation", MICCAI 2015.
/// Convolutions are valid, so each loses a pixel at every side: the features of the way down are cropped to those of the way up,
/// and the output lacks 92 rows and columns at each side of the input.
/// </summary>
public sealed class UNet2015 : SegmentationModel
{
    private const int Levels = 4;
    private const float DropoutRate = 0.5f;
    private readonly Convolution2D[,] _down = new Convolution2D[Levels + 1, 2];
    private readonly TransposedConvolution2D[] _up = new TransposedConvolution2D[Levels];
    private readonly Convolution2D[,] _merge = new Convolution2D[Levels, 2];
    private readonly Convolution2D _head;

    /// <summary>Makes the network with random weights.</summary>
    /// <param name="device">Where its parameters lie.</param>
    /// <param name="classes">Logits a pixel.</param>
    /// <param name="baseFilters">The filters of the first level: 64 in the paper.</param>
    /// <param name="inputChannels">1 in the paper, 3 for colour pictures.</param>
    /// <param name="seed">Fixes the random start.</param>
    public UNet2015(Device device, int classes, int baseFilters = 64, int inputChannels = 3, ulong seed = 1)
        : base(device, classes)
    {
        int channels = inputChannels;
        for (int level = 0; level <= Levels; level++)
        {
            int filters = baseFilters << level;
            _down[level, 0] = MarkEncoder(AddValid($"down{level + 1}.convolution1", channels, filters, seed));
            _down[level, 1] = MarkEncoder(AddValid($"down{level + 1}.convolution2", filters, filters, seed));
            channels = filters;
        }

        for (int level = Levels - 1; level >= 0; level--)
        {
            int filters = baseFilters << level;
            string up = $"up{level + 1}";
            _up[level] = Add(up, new TransposedConvolution2D(device, 2 * filters, filters, 2, Initializers.Normal, SplitMix64.Seed(seed, up)));
            _merge[level, 0] = AddValid($"merge{level + 1}.convolution1", 2 * filters, filters, seed);
            _merge[level, 1] = AddValid($"merge{level + 1}.convolution2", filters, filters, seed);
        }

        _head = Add("head", new Convolution2D(device, baseFilters, classes, 1, ConvolutionOptions.Default, Initializers.Normal, SplitMix64.Seed(seed, "head")));
    }

    /// <inheritdoc/>
    public override string Name => "unet2015";

    /// <inheritdoc/>
    public override int Margin => 92;

    /// <inheritdoc/>
    /// <remarks>Every pooled size is even only for inputs of 16 m + 12.</remarks>
    public override int InputSizeFor(int outputSize)
    {
        int least = Math.Max(outputSize + (2 * Margin), 188);
        return ((least - 12 + 15) / 16 * 16) + 12;
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input)
    {
        CheckInput(input);
        var skips = new Tensor[Levels];
        Tensor current = input;
        for (int level = 0; level < Levels; level++)
        {
            Tensor features = Pair(step, current, _down, level);
            if (level > 0)
                Step.Release(current);
            skips[level] = level == Levels - 1 ? Drop(step, features) : features;
            current = MaxPooling.Apply(step, skips[level], MaxPoolingOptions.Square(2, 2));
        }

        Tensor bottom = Drop(step, Pair(step, current, _down, Levels));
        Step.Release(current);
        current = bottom;
        for (int level = Levels - 1; level >= 0; level--)
            current = Merge(step, level, current, skips[level]);
        Tensor logits = _head.Forward(step, current);
        Step.Release(current);
        return logits;
    }

    private static Tensor Drop(Step step, Tensor features)
    {
        Tensor kept = Dropout.Apply(step, features, DropoutRate);
        Step.Release(features);
        return kept;
    }

    private static Tensor Pair(Step step, Tensor input, Convolution2D[,] convolutions, int level)
    {
        Tensor first = ConvolveRelu(step, input, convolutions[level, 0]);
        Tensor second = ConvolveRelu(step, first, convolutions[level, 1]);
        Step.Release(first);
        return second;
    }

    private static Tensor ConvolveRelu(Step step, Tensor input, Convolution2D convolution)
    {
        Tensor linear = convolution.Forward(step, input);
        Tensor output = Activation.Relu(step, linear);
        Step.Release(linear);
        return output;
    }

    private Tensor Merge(Step step, int level, Tensor below, Tensor skip)
    {
        Tensor up = _up[level].Forward(step, below);
        Step.Release(below);
        Tensor cropped = Cropping.Apply(step, skip, CropWindow.Centre(skip.Shape, up.Shape.Height, up.Shape.Width));
        Step.Release(skip);
        Tensor both = Concatenation.Apply(step, cropped, up);
        Step.Release(cropped);
        Step.Release(up);
        Tensor merged = Pair(step, both, _merge, level);
        Step.Release(both);
        return merged;
    }

    private Convolution2D AddValid(string name, int inputChannels, int outputChannels, ulong seed) =>
        Add(name, new Convolution2D(Device, inputChannels, outputChannels, 3, ConvolutionOptions.Default, Initializers.Normal, SplitMix64.Seed(seed, name)));
}
