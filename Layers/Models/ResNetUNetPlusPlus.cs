using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Layers.Decoders;
using SegFromScratch.Layers.Encoders;
using SegFromScratch.Layers.Initialization;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Models;

/// <summary>
/// U-Net++'s decoder on a ResNet, as <c>UnetPlusPlus</c> of github.com/qubvel-org/segmentation_models.pytorch, with its parameter names. Block x_d_l lies on column l,
/// d steps after the column's first block; it takes the enlarged block before it, the later blocks of its column and the encoder's features. Sides must be multiples of 32.
/// </summary>
public sealed class ResNetUNetPlusPlus : SegmentationModel
{
    private const int OutputStride = 32;
    private const int Columns = 4;
    private readonly ResNet _encoder;
    private readonly Sequence[,] _blocks = new Sequence[Columns, Columns];
    private readonly Sequence _last;
    private readonly Convolution2D _head;
    private readonly int _depth;

    /// <summary>Makes the network with random weights.</summary>
    /// <param name="device">Where its parameters lie.</param>
    /// <param name="classes">Logits a pixel.</param>
    /// <param name="depth">18, 34, 50, 101 or 152 layers of the encoder.</param>
    /// <param name="width">Channels of the encoder's first convolution: 64.</param>
    /// <param name="seed">Fixes the random start.</param>
    public ResNetUNetPlusPlus(Device device, int classes, int depth, int width = 64, ulong seed = 1)
        : base(device, classes)
    {
        _depth = depth;
        LayerStyle style = LayerStyle.TorchVision(device, seed);
        _encoder = Add("encoder", new ResNet(style.In("encoder"), new ResNetOptions(depth, OutputStride, width)));
        LayerStyle decoder = style with { Weights = Initializers.HeUniform };
        int[] filters = ResNetUNet.DecoderFilters(width);

        // Of the encoder's features on each column, from small to large.
        int[] skips = [_encoder.ChannelsOfLayer(3), _encoder.ChannelsOfLayer(2), _encoder.ChannelsOfLayer(1), _encoder.StemChannels];
        for (int column = 0; column < Columns; column++)
        {
            for (int row = 0; row <= column; row++)
            {
                int below = row > 0 ? skips[column - 1] : column == 0 ? _encoder.Channels : filters[column - 1];
                int outputs = row > 0 ? skips[column] : filters[column];
                string name = $"x_{row}_{column}";
                _blocks[row, column] = Add($"decoder.blocks.{name}", UpBlock.Create(decoder.In(name), below, skips[column] * (column + 1 - row), outputs));
            }
        }

        _last = Add($"decoder.blocks.x_0_{Columns}", UpBlock.Create(decoder.In("last"), filters[^2], 0, filters[^1]));
        LayerStyle head = style with { Weights = Initializers.GlorotUniform };
        _head = Add("segmentation_head.0", head.Biased("head", filters[^1], classes, 3, ConvolutionOptions.Symmetric(1)));
    }

    /// <inheritdoc/>
    public override string Name => $"unet_plus_plus_resnet{_depth}";

    /// <inheritdoc/>
    public override int InputSizeFor(int outputSize) => (outputSize + OutputStride - 1) / OutputStride * OutputStride;

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input)
    {
        CheckInput(input);

        // From small to large: the encoder's features 0 to 4.
        Tensor[] features = _encoder.ForwardLevels(step, input);
        Array.Reverse(features);
        var nodes = new Tensor[Columns, Columns];
        for (int column = 0; column < Columns; column++)
        {
            // The column's last block stands on the encoder; each block before it on the one before it in the column to the left.
            for (int row = column; row >= 0; row--)
            {
                Tensor below = row == column ? features[column] : nodes[row, column - 1];
                Tensor[] skips = [.. Enumerable.Range(row + 1, column - row).Select(later => nodes[later, column]), features[column + 1]];
                nodes[row, column] = UpBlock.Apply(step, _blocks[row, column], below, skips);
            }

            Step.Release(features[column]);
            for (int row = 0; row < column; row++)
                Step.Release(nodes[row, column - 1]);
        }

        Step.Release(features[Columns]);
        for (int row = 1; row < Columns; row++)
            Step.Release(nodes[row, Columns - 1]);
        Tensor top = UpBlock.Apply(step, _last, nodes[0, Columns - 1]);
        Step.Release(nodes[0, Columns - 1]);
        return Consume(step, _head, top);
    }
}
