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

    // Of each stage: expansion, channels at a width of 32, blocks, and stride of the first.
    private static readonly (int Expansion, int Channels, int Blocks, int Stride)[] s_stages =
        [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)];

    private readonly List<Module> _lowLevel = [];
    private readonly List<Module> _highLevel = [];

    /// <summary>Makes the parameters.</summary>
    /// <param name="style">How layers are made.</param>
    /// <param name="outputStride">Input rows for each output row: 8 or 16.</param>
    /// <param name="width">Channels of the first convolution: 32. The others are in proportion.</param>
    public MobileNetV2(LayerStyle style, int outputStride, int width)
        : base((style ?? throw new ArgumentNullException(nameof(style))).Device)
    {
        int channels = width, stride = 2, dilation = 1;
        AddPart(InvertedResidual.Relu6(style.In("0"), "first", 3, width, 3, ConvolutionOptions.Valid(stride: 2)));
        foreach ((int expansion, int full, int blocks, int wanted) in s_stages)
        {
            int outputs = Math.Max(1, full * width / 32), taken = stride < outputStride ? wanted : 1, before = dilation;
            stride *= taken;
            dilation *= wanted / taken;
            for (int block = 0; block < blocks; block++)
            {
                LayerStyle own = style.In($"{_lowLevel.Count + _highLevel.Count}");
                AddPart(block == 0
                    ? new InvertedResidual(own, channels, outputs, expansion, taken, before)
                    : new InvertedResidual(own, channels, outputs, expansion, 1, dilation));
                channels = outputs;
                if (_lowLevel.Count == LowLevelParts && _highLevel.Count == 0)
                    LowLevelChannels = channels;
            }
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
