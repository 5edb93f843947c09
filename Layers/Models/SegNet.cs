using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.BatchNormalization;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.MaxPooling;
using SegFromScratch.Kernels.MaxUnpooling;
using SegFromScratch.Layers.Initialization;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Models;

/// <summary>
/// SegNet: Badrinarayanan, Kendall and Cipolla, TPAMI 2017. VGG16's convolutions with normalisation; each pooling remembers where its maxima lay, and the decoder puts numbers back there.
/// Layers have the names of the authors' Caffe files, B_I on the way down and B_I_D on the way up.
/// </summary>
public sealed class SegNet : SegmentationModel
{
    private const float InitialShift = 0.001f;
    private static readonly int[] s_sizes = [2, 2, 3, 3, 3];

    // Caffe rounds sizes up.
    private static readonly MaxPoolingOptions s_pooling = MaxPoolingOptions.Square(2, 2, roundUp: true);

    private readonly Sequence[] _down = new Sequence[s_sizes.Length];
    private readonly Sequence[] _up = new Sequence[s_sizes.Length];

    /// <summary>Makes the network with random weights.</summary>
    /// <param name="device">Where parameters lie.</param>
    /// <param name="classes">Logits a pixel.</param>
    /// <param name="width">Channels of the first block: 64.</param>
    /// <param name="seed">Fixes the random start.</param>
    public SegNet(Device device, int classes, int width = 64, ulong seed = 1)
        : base(device, classes)
    {
        var style = new LayerStyle(device, seed, Initializers.Normal, new BatchNormalizationOptions()) { BiasBeforeNormalization = true };
        int channels = 3;
        for (int block = 0; block < s_sizes.Length; block++)
        {
            int filters = Filters(width, block), before = channels;
            _down[block] = MarkEncoder(Add("", new Sequence(device, Enumerable.Range(1, s_sizes[block]).SelectMany(i => Layer(style, $"conv{block + 1}_{i}", i == 1 ? before : filters, filters)))));
            channels = filters;
        }

        for (int block = s_sizes.Length - 1; block >= 0; block--)
        {
            int filters = Filters(width, block), below = block == 0 ? classes : Filters(width, block - 1), number = block + 1;
            IEnumerable<(string, Module)> layers = Enumerable.Range(2, s_sizes[block] - 1).Reverse().SelectMany(i => Layer(style, $"conv{number}_{i}_D", filters, filters));
            string last = $"conv{number}_1_D";
            layers = block == 0
                ? layers.Append((last, style.Biased(last, filters, classes, 3, ConvolutionOptions.Symmetric(1))))
                : layers.Concat(Layer(style, last, filters, below));
            _up[block] = Add("", new Sequence(device, layers));
        }
    }

    /// <inheritdoc/>
    public override string Name => "segnet";

    /// <inheritdoc/>
    public override int InputSizeFor(int outputSize) => outputSize;

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input)
    {
        var indices = new DeviceArray<int>[s_sizes.Length];
        var sizes = new TensorShape[s_sizes.Length];
        Tensor current = input;
        for (int block = 0; block < s_sizes.Length; block++)
        {
            Tensor features = _down[block].Forward(step, current);
            if (block > 0)
                Step.Release(current);
            sizes[block] = features.Shape;
            (current, indices[block]) = MaxPooling.ApplyWithIndices(step, features, s_pooling);
            Step.Release(features);
        }

        for (int block = s_sizes.Length - 1; block >= 0; block--)
        {
            Tensor sparse = MaxUnpooling.Apply(step, current, indices[block], s_pooling, sizes[block].Height, sizes[block].Width);
            Step.Release(current);
            Step.Release(indices[block]);
            current = Consume(step, _up[block], sparse);
        }

        return current;
    }

    private static int Filters(int width, int block) => width << Math.Min(block, 3);

    private static IEnumerable<(string Name, Module Module)> Layer(LayerStyle style, string name, int inputChannels, int outputChannels) =>
    [
        (name, style.Convolution(name, inputChannels, outputChannels, 3, ConvolutionOptions.Symmetric(1))),
        ($"{name}_bn", new BatchNormalization2D(style.Device, outputChannels, style.Normalization with { Relu = true }, InitialShift)),
    ];
}
