using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Addition;
using SegFromScratch.Kernels.BatchNormalization;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.Interpolation;
using SegFromScratch.Kernels.MaxPooling;
using SegFromScratch.Layers.Encoders;
using SegFromScratch.Layers.Initialization;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Models;

/// <summary>
/// DeepLab V1 and V2 on VGG16: Chen et al., ICLR 2015 and TPAMI 2018. The last two poolings keep the size and the last block is dilated, so features lie at an eighth of the image;
/// one dilated branch (LargeFOV and its forerunner) or four whose logits are summed (ASPP). Logits are enlarged bilinearly, corners upon corners.
/// </summary>
/// <remarks>The authors train on the small logits against shrunken labels; here the loss takes the enlarged logits.</remarks>
public sealed class DeepLabVgg16 : SegmentationModel
{
    private readonly Vgg16 _trunk;
    private readonly Sequence[] _branches;

    private DeepLabVgg16(string name, Device device, int classes, int width, float dropout, ulong seed, int middle, BranchShape[] branches)
        : base(device, classes)
    {
        Name = name;
        var style = new LayerStyle(device, seed, Initializers.Normal, new BatchNormalizationOptions());
        MaxPoolingOptions halve = MaxPoolingOptions.Square(3, 2, padding: 1, roundUp: true), keep = MaxPoolingOptions.Square(3, 1, padding: 1);
        _trunk = Add("", new Vgg16(style, width, firstPadding: 1, lastDilation: 2, [halve, halve, halve, keep, keep]));
        _branches = [.. branches.Select(branch => Add("", Branch(style, Vgg16.Channels(width, 4), middle, classes, dropout, branch)))];
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <summary>DeepLab V1 LargeFOV: one branch with dilation 12.</summary>
    /// <param name="device">Where parameters lie.</param>
    /// <param name="classes">Logits a pixel.</param>
    /// <param name="width">Channels of the first block: 64.</param>
    /// <param name="dropout">The share of activations dropped after fc6 and fc7: 0.5.</param>
    /// <param name="seed">Fixes the random start.</param>
    public static DeepLabVgg16 LargeFieldOfView(Device device, int classes, int width = 64, float dropout = 0.5f, ulong seed = 1) =>
        new("deeplab_largefov", device, classes, width, dropout, seed, 16 * width, [new("", 12)]);

    /// <summary>
    /// DeepLab V1 before LargeFOV made it small: VGG's first full layer as a 4x4 kernel with dilation 8, every fourth tap of a 7x7 one, and 4096 channels. 224 pixels of the image are seen, as by LargeFOV.
    /// </summary>
    /// <param name="device">Where parameters lie.</param>
    /// <param name="classes">Logits a pixel.</param>
    /// <param name="width">Channels of the first block: 64.</param>
    /// <param name="dropout">The share of activations dropped after fc6 and fc7: 0.5.</param>
    /// <param name="seed">Fixes the random start.</param>
    public static DeepLabVgg16 FourByFour(Device device, int classes, int width = 64, float dropout = 0.5f, ulong seed = 1) =>
        new("deeplab_4x4", device, classes, width, dropout, seed, 64 * width, [new("", 8, Kernel: 4)]);

    /// <summary>DeepLab V2 ASPP-L: four branches with dilations 6, 12, 18 and 24, atrous spatial pyramid pooling; ASPP-S: 2, 4, 8 and 12.</summary>
    /// <param name="device">Where parameters lie.</param>
    /// <param name="classes">Logits a pixel.</param>
    /// <param name="width">Channels of the first block: 64.</param>
    /// <param name="dropout">The share of activations dropped after fc6 and fc7: 0.5.</param>
    /// <param name="seed">Fixes the random start.</param>
    /// <param name="small">True for ASPP-S.</param>
    public static DeepLabVgg16 Pyramid(Device device, int classes, int width = 64, float dropout = 0.5f, ulong seed = 1, bool small = false)
    {
        int[] dilations = small ? [2, 4, 8, 12] : [6, 12, 18, 24];
        return new(small ? "deeplab_aspp_small" : "deeplab_aspp", device, classes, width, dropout, seed, 16 * width, [.. dilations.Select((dilation, i) => new BranchShape($"_{i + 1}", dilation))]);
    }

    /// <inheritdoc/>
    public override int InputSizeFor(int outputSize) => outputSize;

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input)
    {
        Tensor features = _trunk.Forward(step, input);
        Tensor small = _branches[0].Forward(step, features);
        foreach (Sequence branch in _branches.AsSpan(1))
        {
            Tensor term = branch.Forward(step, features);
            Tensor sum = Addition.Apply(step, small, term);
            Step.Release(small);
            Step.Release(term);
            small = sum;
        }

        Step.Release(features);
        Tensor logits = Interpolation.Apply(step, small, input.Shape.Height, input.Shape.Width, InterpolationMode.BilinearAlignCorners);
        Step.Release(small);
        return logits;
    }

    private static Sequence Branch(LayerStyle style, int channels, int middle, int classes, float dropout, BranchShape branch)
    {
        Device device = style.Device;
        LayerStyle last = style with { Weights = Initializers.NormalOf(0.01) };
        string suffix = branch.Suffix;

        // Keeps the size: for an even kernel because its dilation is even too.
        int padding = (branch.Kernel - 1) * branch.Dilation / 2;
        return new Sequence(
            device,
            ($"fc6{suffix}", style.Biased($"fc6{suffix}", channels, middle, branch.Kernel, ConvolutionOptions.Symmetric(padding, dilation: branch.Dilation))),
            ("relu6", Function.Relu(device)),
            ("drop6", Function.Dropout(device, dropout)),
            ($"fc7{suffix}", style.Biased($"fc7{suffix}", middle, middle, 1, ConvolutionOptions.Default)),
            ("relu7", Function.Relu(device)),
            ("drop7", Function.Dropout(device, dropout)),
            ($"fc8{suffix}", last.Biased($"fc8{suffix}", middle, classes, 1, ConvolutionOptions.Default)));
    }

    private sealed record BranchShape(string Suffix, int Dilation, int Kernel = 3);
}
