using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.BatchNormalization;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.LocalResponseNormalization;
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
    private const int BasicLevels = 4;
    private const int BasicKernel = 7;
    private const float InitialShift = 0.001f;
    private static readonly int[] s_sizes = [2, 2, 3, 3, 3];

    // Caffe rounds sizes up.
    private static readonly MaxPoolingOptions s_pooling = MaxPoolingOptions.Square(2, 2, roundUp: true);

    private readonly Sequence[] _down;
    private readonly Sequence[] _up;

    // Both lists go from large to small; parameters are named in the order of computation.
    private SegNet(string name, Device device, int classes, IEnumerable<Sequence> down, IEnumerable<Sequence> up)
        : base(device, classes)
    {
        Name = name;
        _down = [.. down.Select(block => MarkEncoder(Add("", block)))];
        _up = [.. up.Reverse().Select(block => Add("", block)).Reverse()];
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <summary>SegNet.</summary>
    /// <param name="device">Where parameters lie.</param>
    /// <param name="classes">Logits a pixel.</param>
    /// <param name="width">Channels of the first block: 64.</param>
    /// <param name="seed">Fixes the random start.</param>
    public static SegNet Create(Device device, int classes, int width = 64, ulong seed = 1)
    {
        LayerStyle style = Style(device, seed);
        return new SegNet(
            "segnet",
            device,
            classes,
            s_sizes.Select((_, block) => Down(style, block, block == 0 ? 3 : Filters(width, block - 1), Filters(width, block))),
            s_sizes.Select((_, block) => Up(style, block, Filters(width, block), block == 0 ? classes : Filters(width, block - 1))));
    }

    /// <summary>
    /// SegNet-Basic: the image normalised across its channels, four levels of one 7x7 convolution each way, all of the same width, and no ReLU on the way up; a 1x1 convolution classifies.
    /// </summary>
    /// <param name="device">Where parameters lie.</param>
    /// <param name="classes">Logits a pixel.</param>
    /// <param name="width">Channels of every level: 64.</param>
    /// <param name="seed">Fixes the random start.</param>
    public static SegNet CreateBasic(Device device, int classes, int width = 64, ulong seed = 1)
    {
        LayerStyle style = Style(device, seed);
        var responses = new LocalResponseNormalizationOptions(Size: 5);
        return new SegNet("segnet_basic", device, classes, Enumerable.Range(1, BasicLevels).Select(First), Enumerable.Range(1, BasicLevels).Select(Last));

        Sequence First(int level)
        {
            IEnumerable<(string, Module)> layers = Layer(style, $"conv{level}", level == 1 ? 3 : width, width, BasicKernel);
            return new Sequence(device, level == 1 ? layers.Prepend(("norm", new Function(device, (step, image) => LocalResponseNormalization.Apply(step, image, responses)))) : layers);
        }

        Sequence Last(int level)
        {
            IEnumerable<(string, Module)> layers = Layer(style, $"conv_decode{level}", width, width, BasicKernel, relu: false);
            return new Sequence(device, level == 1 ? layers.Append(("conv_classifier", style.Biased("conv_classifier", width, classes, 1, ConvolutionOptions.Default))) : layers);
        }
    }

    /// <inheritdoc/>
    public override int InputSizeFor(int outputSize) => outputSize;

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input)
    {
        var indices = new DeviceArray<int>[_down.Length];
        var sizes = new TensorShape[_down.Length];
        Tensor current = input;
        for (int block = 0; block < _down.Length; block++)
        {
            Tensor features = _down[block].Forward(step, current);
            if (block > 0)
                Step.Release(current);
            sizes[block] = features.Shape;
            (current, indices[block]) = MaxPooling.ApplyWithIndices(step, features, s_pooling);
            Step.Release(features);
        }

        for (int block = _down.Length - 1; block >= 0; block--)
        {
            Tensor sparse = MaxUnpooling.Apply(step, current, indices[block], s_pooling, sizes[block].Height, sizes[block].Width);
            Step.Release(current);
            Step.Release(indices[block]);
            current = Consume(step, _up[block], sparse);
        }

        return current;
    }

    private static LayerStyle Style(Device device, ulong seed) => new(device, seed, Initializers.Normal, new BatchNormalizationOptions()) { BiasBeforeNormalization = true };

    private static int Filters(int width, int block) => width << Math.Min(block, 3);

    private static Sequence Down(LayerStyle style, int block, int channels, int filters) =>
        new(style.Device, Enumerable.Range(1, s_sizes[block]).SelectMany(i => Layer(style, $"conv{block + 1}_{i}", i == 1 ? channels : filters, filters, 3)));

    private static Sequence Up(LayerStyle style, int block, int filters, int below)
    {
        IEnumerable<(string, Module)> layers = Enumerable.Range(2, s_sizes[block] - 1).Reverse().SelectMany(i => Layer(style, $"conv{block + 1}_{i}_D", filters, filters, 3));
        string last = $"conv{block + 1}_1_D";
        return new Sequence(style.Device, block == 0
            ? layers.Append((last, style.Biased(last, filters, below, 3, ConvolutionOptions.Symmetric(1))))
            : layers.Concat(Layer(style, last, filters, below, 3)));
    }

    private static IEnumerable<(string Name, Module Module)> Layer(LayerStyle style, string name, int inputChannels, int outputChannels, int kernel, bool relu = true) =>
    [
        (name, style.Convolution(name, inputChannels, outputChannels, kernel, ConvolutionOptions.Symmetric(kernel / 2))),
        ($"{name}_bn", new BatchNormalization2D(style.Device, outputChannels, style.Normalization with { Relu = relu }, InitialShift)),
    ];
}
