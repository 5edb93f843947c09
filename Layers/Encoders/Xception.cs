using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Layers.Blocks;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Encoders;

/// <summary>
/// The modified aligned Xception of DeepLabV3+ with 41, 65 or 71 layers: Chen et al., ECCV 2018; channels, strides and dilations as in TensorFlow's model garden.
/// Layers have the names of the Keras ports.
/// </summary>
public sealed class Xception : Module, ITwoLevelEncoder
{
    private readonly Module[] _first;
    private readonly XceptionBlock _tapped;
    private readonly XceptionBlock[] _rest;

    /// <summary>Makes the parameters.</summary>
    /// <param name="style">How layers are made.</param>
    /// <param name="outputStride">Input rows for each output row: 8 or 16.</param>
    /// <param name="width">Channels of the first convolution: 32 in the paper.</param>
    /// <param name="first">Stride and padding of the first convolution.</param>
    /// <param name="reluAfterStem">False leaves the ReLU after the second convolution out.</param>
    /// <param name="depth">41 has 8 blocks in the middle, 65 and 71 have 16; 71 has two more at the entry.</param>
    /// <exception cref="ArgumentException">There is no Xception of this depth.</exception>
    public Xception(LayerStyle style, int outputStride, int width, ConvolutionOptions first, bool reluAfterStem, int depth = 65)
        : base((style ?? throw new ArgumentNullException(nameof(style))).Device)
    {
        if (depth is not (41 or 65 or 71))
            throw new ArgumentException($"an Xception has 41, 65 or 71 layers here, not {depth}", nameof(depth));
        Module[] stem =
        [
            Add("entry_flow_conv1_1", style.Convolution("entry_flow_conv1_1", 3, width, 3, first)),
            Add("entry_flow_conv1_1_BN", style.Normalize(width)),
            Add("entry_flow_conv1_2", style.Convolution("entry_flow_conv1_2", width, 2 * width, 3, ConvolutionOptions.Symmetric(1))),
            Add("entry_flow_conv1_2_BN", style.Normalize(2 * width, reluAfterStem)),
        ];
        bool dense = outputStride == 8;
        int middle = 91 * width / 4, dilation = dense ? 2 : 1;
        int low = 8 * width, number = 1, middleBlocks = depth == 41 ? 8 : 16;
        XceptionBlock entry1 = Entry(2 * width, 4 * width, 2);
        XceptionBlock[] wide = depth == 71 ? [entry1, Entry(4 * width, low, 1)] : [entry1];
        _first = [.. stem, .. wide];
        _tapped = Entry(depth == 71 ? low : 4 * width, low, 2, tapped: true);
        XceptionBlock[] last = depth == 71 ? [Entry(low, middle, 1), Entry(middle, middle, dense ? 1 : 2)] : [Entry(low, middle, dense ? 1 : 2)];
        _rest =
        [
            .. last,
            .. Enumerable.Range(1, middleBlocks).Select(i => Block($"middle_flow_unit_{i}", middle, (middle, middle, middle), XceptionShortcut.Identity, dilation: dilation)),
            Block("exit_flow_block1", middle, (middle, 32 * width, 32 * width), XceptionShortcut.Convolution, dilation: dilation),
            Block("exit_flow_block2", 32 * width, (48 * width, 48 * width, 64 * width), XceptionShortcut.None, dilation: 2 * dilation, activated: true),
        ];
        (Channels, LowLevelChannels) = (64 * width, low);

        XceptionBlock Entry(int channels, int filters, int stride, bool tapped = false) =>
            Block($"entry_flow_block{number++}", channels, (filters, filters, filters), XceptionShortcut.Convolution, stride, tapped: tapped);

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
        Tensor first = Chain(step, input, _first);
        (Tensor tapped, Tensor lowLevel) = _tapped.ForwardWithTap(step, first);
        Step.Release(first);
        Tensor output = Chain(step, tapped, _rest);
        Step.Release(tapped);
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
