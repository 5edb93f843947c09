using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Layers.Blocks;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Encoders;

/// <summary>
/// MobileNetV2 without its last convolution and classifier: Sandler et al., CVPR 2018, as in github.com/VainF/DeepLabV3Plus-Pytorch, with its parameter names.
/// Where the output stride is reached, strides become dilations.
/// </summary>
public sealed class MobileNetV2 : Module, ITwoLevelEncoder
{
    private const int LowLevelParts = 4;

    private readonly List<Module> _lowLevel = [];
    private readonly List<Module> _highLevel = [];

    /// <summary>Makes the parameters.</summary>
    /// <param name="style">How layers are made.</param>
    /// <param name="outputStride">Input rows for each output row: 8 or 16.</param>
    /// <param name="width">Channels of the first convolution: 32. The others are in proportion.</param>
    public MobileNetV2(LayerStyle style, int outputStride, int width)
        : base((style ?? throw new ArgumentNullException(nameof(style))).Device)
    {
        int channels = width;
        AddPart(InvertedResidual.Relu6(style.In("0"), "first", 3, width, 3, ConvolutionOptions.Valid(stride: 2)));
        foreach (MobileNetBlock block in MobileNetBlock.Plan(outputStride, width))
        {
            LayerStyle own = style.In($"{_lowLevel.Count + _highLevel.Count}");
            AddPart(new InvertedResidual(own, channels, block.Channels, block.Expansion, block.Stride, block.Dilation));
            channels = block.Channels;
            if (_lowLevel.Count == LowLevelParts && _highLevel.Count == 0)
                LowLevelChannels = channels;
        }

        Channels = channels;
    }

    /// <inheritdoc/>
    public int Channels { get; }

    /// <inheritdoc/>
    public int LowLevelChannels { get; }

    /// <inheritdoc/>
    public (Tensor Output, Tensor LowLevel) ForwardWithLowLevel(Step step, Tensor input)
    {
        Tensor early = Chain(step, input, [.. _lowLevel]);
        return (Chain(step, early, [.. _highLevel]), early);
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input)
    {
        (Tensor output, Tensor early) = ForwardWithLowLevel(step, input);
        Step.Release(early);
        return output;
    }

    private void AddPart(Module part)
    {
        int index = _lowLevel.Count + _highLevel.Count;
        bool isLow = index < LowLevelParts;
        (isLow ? _lowLevel : _highLevel).Add(Add($"{(isLow ? "low" : "high")}_level_features.{index}", part));
    }
}
