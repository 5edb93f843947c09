using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Layers.Decoders;
using SegFromScratch.Layers.Encoders;
using SegFromScratch.Layers.Initialization;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Models;

/// <summary>
/// U-Net's decoder on a ResNet, as <c>Unet</c> of github.com/qubvel-org/segmentation_models.pytorch, with its parameter names. The image's sides must be multiples of 32.
/// </summary>
public sealed class ResNetUNet : SegmentationModel
{
    private const int OutputStride = 32;
    private readonly ResNet _encoder;
    private readonly Sequence[] _blocks;
    private readonly Convolution2D _head;
    private readonly int _depth;

    /// <summary>Makes the network with random weights.</summary>
    /// <param name="device">Where its parameters lie.</param>
    /// <param name="classes">Logits a pixel.</param>
    /// <param name="depth">18, 34, 50, 101 or 152 layers of the encoder.</param>
    /// <param name="width">Channels of the encoder's first convolution: 64. The decoder has 4, 2, 1, 1/2 and 1/4 times as many.</param>
    /// <param name="seed">Fixes the random start.</param>
    public ResNetUNet(Device device, int classes, int depth, int width = 64, ulong seed = 1)
        : base(device, classes)
    {
        _depth = depth;
        LayerStyle style = LayerStyle.TorchVision(device, seed);
        _encoder = Add("encoder", new ResNet(style.In("encoder"), new ResNetOptions(depth, OutputStride, width)));
        LayerStyle decoder = style with { Weights = Initializers.HeUniform };
        int[] filters = DecoderFilters(width);
        int[] skips = [_encoder.ChannelsOfLayer(3), _encoder.ChannelsOfLayer(2), _encoder.ChannelsOfLayer(1), _encoder.StemChannels, 0];
        _blocks =
        [
            .. filters.Select((outputs, i) => Add($"decoder.blocks.{i}", UpBlock.Create(decoder.In($"blocks.{i}"), i == 0 ? _encoder.Channels : filters[i - 1], skips[i], outputs))),
        ];
        LayerStyle head = style with { Weights = Initializers.GlorotUniform };
        _head = Add("segmentation_head.0", head.Biased("head", filters[^1], classes, 3, ConvolutionOptions.Symmetric(1)));
    }

    /// <inheritdoc/>
    public override string Name => $"unet_resnet{_depth}";

    /// <inheritdoc/>
    public override int InputSizeFor(int outputSize) => (outputSize + OutputStride - 1) / OutputStride * OutputStride;

    /// <summary>Channels of the decoder's blocks, from small to large: 256, 128, 64, 32 and 16 at a width of 64.</summary>
    internal static int[] DecoderFilters(int width) => [4 * width, 2 * width, width, Math.Max(1, width / 2), Math.Max(1, width / 4)];

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input)
    {
        CheckInput(input);
        Tensor[] levels = _encoder.ForwardLevels(step, input);
        Tensor current = levels[^1];
        for (int i = 0; i < _blocks.Length; i++)
        {
            Tensor[] skip = i < levels.Length - 1 ? [levels[^(i + 2)]] : [];
            Tensor next = UpBlock.Apply(step, _blocks[i], current, skip);
            Step.Release(current);
            foreach (Tensor used in skip)
                Step.Release(used);
            current = next;
        }

        return Consume(step, _head, current);
    }
}
