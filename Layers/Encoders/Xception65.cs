using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Layers.Blocks;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Encoders;

/// <summary>
/// The modified aligned Xception with 65 layers of DeepLabV3+: Chen et al., ECCV 2018; channels, strides and dilations as in TensorFlow's model garden.
/// Layers have the names of the Keras ports.
/// </summary>
public sealed class Xception65 : Module, ITwoLevelEncoder
{
    private const int MiddleBlocks = 16;
    private readonly Module[] _stem;
    private readonly XceptionBlock _entry1;
    private readonly XceptionBlock _entry2;
    private readonly XceptionBlock[] _rest;

    /// <summary>Makes the parameters.</summary>
    /// <param name="style">How layers are made.</param>
    /// <param name="outputStride">Input rows for each output row: 8 or 16.</param>
    /// <param name="width">Channels of the first convolution: 32 in the paper.</param>
    /// <param name="first">Stride and padding of the first convolution.</param>
    /// <param name="reluAfterStem">False leaves the ReLU after the second convolution out.</param>
    public Xception65(LayerStyle style, int outputStride, int width, ConvolutionOptions first, bool reluAfterStem)
        : base((style ?? throw new ArgumentNullException(nameof(style))).Device)
    {
        _stem =
        [
            Add("entry_flow_conv1_1", style.Convolution("entry_flow_conv1_1", 3, width, 3, first)),
            Add("entry_flow_conv1_1_BN", style.Normalize(width)),
            Add("entry_flow_conv1_2", style.Convolution("entry_flow_conv1_2", width, 2 * width, 3, ConvolutionOptions.Symmetric(1))),
            Add("entry_flow_conv1_2_BN", style.Normalize(2 * width, reluAfterStem)),
        ];
        bool dense = outputStride == 8;
        int middle = 91 * width / 4, dilation = dense ? 2 : 1;
        _entry1 = Block("entry_flow_block1", 2 * width, (4 * width, 4 * width, 4 * width), XceptionShortcut.Convolution, stride: 2);
        _entry2 = Block("entry_flow_block2", 4 * width, (8 * width, 8 * width, 8 * width), XceptionShortcut.Convolution, stride: 2, tapped: true);
        _rest =
        [
            Block("entry_flow_block3", 8 * width, (middle, middle, middle), XceptionShortcut.Convolution, stride: dense ? 1 : 2),
            .. Enumerable.Range(1, MiddleBlocks).Select(i => Block($"middle_flow_unit_{i}", middle, (middle, middle, middle), XceptionShortcut.Identity, dilation: dilation)),
            Block("exit_flow_block1", middle, (middle, 32 * width, 32 * width), XceptionShortcut.Convolution, dilation: dilation),
            Block("exit_flow_block2", 32 * width, (48 * width, 48 * width, 64 * width), XceptionShortcut.None, dilation: 2 * dilation, activated: true),
        ];
        (Channels, LowLevelChannels) = (64 * width, 8 * width);

        XceptionBlock Block(string name, int channels, (int, int, int) filters, XceptionShortcut shortcut, int stride = 1, int dilation = 1, bool activated = false, bool tapped = false) =>
            Add("", new XceptionBlock(style, name, channels, filters, shortcut, stride, dilation, activated, tapped));
    }

    /// <inheritdoc/>
    public int Channels { get; }

    /// <inheritdoc/>
    public int LowLevelChannels { get; }

    /// <inheritdoc/>
    public (Tensor Output, Tensor LowLevel) ForwardWithLowLevel(Step step, Tensor input)
    {
        Tensor stem = Chain(step, input, _stem);
        Tensor entry1 = Consume(step, _entry1, stem);
        (Tensor entry2, Tensor lowLevel) = _entry2.ForwardWithTap(step, entry1);
        Step.Release(entry1);
        Tensor output = Chain(step, entry2, _rest);
        Step.Release(entry2);
        return (output, lowLevel);
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input)
    {
        (Tensor output, Tensor lowLevel) = ForwardWithLowLevel(step, input);
        Step.Release(lowLevel);
        return output;
    }
}
