using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Activation;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.MaxPooling;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Encoders;

/// <summary>
/// The 13 convolutions of VGG16 (Simonyan and Zisserman, ICLR 2015) without its classifier: five blocks of 3x3 convolutions, each followed by a ReLU, with a pooling after each block.
/// Parameters have Caffe's names, conv1_1 to conv5_3.
/// </summary>
public sealed class Vgg16 : Module, IEncoder
{
    /// <summary>Convolutions of each block.</summary>
    private static readonly int[] s_sizes = [2, 2, 3, 3, 3];

    private readonly Convolution2D[][] _blocks;
    private readonly MaxPoolingOptions[] _poolings;

    /// <summary>Makes the parameters.</summary>
    /// <param name="style">How layers are made.</param>
    /// <param name="width">Channels of the first block: 64 in the paper. The others have 2, 4, 8 and 8 times as many.</param>
    /// <param name="firstPadding">Zeros around the image before the first convolution: 1, or 100 in FCN.</param>
    /// <param name="lastDilation">Dilation of the last block: 1, or 2 in DeepLab.</param>
    /// <param name="poolings">The pooling after each of the five blocks.</param>
    public Vgg16(LayerStyle style, int width, int firstPadding, int lastDilation, IReadOnlyList<MaxPoolingOptions> poolings)
        : base((style ?? throw new ArgumentNullException(nameof(style))).Device)
    {
        _poolings = [.. poolings];
        _blocks = new Convolution2D[s_sizes.Length][];
        int channels = 3;
        for (int block = 0; block < s_sizes.Length; block++)
        {
            _blocks[block] = new Convolution2D[s_sizes[block]];
            int filters = Channels(width, block);
            for (int i = 0; i < s_sizes[block]; i++)
            {
                string name = $"conv{block + 1}_{i + 1}";
                int dilation = block == s_sizes.Length - 1 ? lastDilation : 1;
                int padding = block == 0 && i == 0 ? firstPadding : dilation;
                _blocks[block][i] = Add(name, style.Biased(name, channels, filters, 3, ConvolutionOptions.Symmetric(padding, dilation: dilation)));
                channels = filters;
            }
        }
    }

    /// <summary>The outputs of the poolings from block <paramref name="firstBlock"/> (1 to 5) to the last: the caller owns one reference to each.</summary>
    public Tensor[] PooledFrom(Step step, Tensor input, int firstBlock)
    {
        var kept = new Tensor[s_sizes.Length - firstBlock + 1];
        Tensor current = input;
        for (int block = 0; block < s_sizes.Length; block++)
        {
            Tensor features = Block(step, current, block);
            if (block > 0 && block < firstBlock)
                Step.Release(current);
            current = MaxPooling.Apply(step, features, _poolings[block]);
            Step.Release(features);
            if (block >= firstBlock - 1)
                kept[block - firstBlock + 1] = current;
        }

        return kept;
    }

    /// <summary>
    /// The features of the blocks from <paramref name="firstBlock"/> (1 to 5) to the last before their poolings, and the output of the last pooling:
    /// the caller owns one reference to each.
    /// </summary>
    public (Tensor[] Features, Tensor Pooled) FeaturesFrom(Step step, Tensor input, int firstBlock)
    {
        var kept = new Tensor[s_sizes.Length - firstBlock + 1];
        Tensor current = input;
        for (int block = 0; block < s_sizes.Length; block++)
        {
            Tensor features = Block(step, current, block);
            if (block > 0)
                Step.Release(current);
            current = MaxPooling.Apply(step, features, _poolings[block]);
            if (block >= firstBlock - 1)
                kept[block - firstBlock + 1] = features;
            else
                Step.Release(features);
        }

        return (kept, current);
    }

    /// <summary>Channels of a block, 0 to 4.</summary>
    public static int Channels(int width, int block) => width << Math.Min(block, 3);

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input) => PooledFrom(step, input, s_sizes.Length)[0];

    private Tensor Block(Step step, Tensor input, int block)
    {
        Tensor current = input;
        foreach (Convolution2D convolution in _blocks[block])
        {
            Tensor linear = convolution.Forward(step, current);
            if (current != input)
                Step.Release(current);
            current = Activation.Relu(step, linear);
            Step.Release(linear);
        }

        return current;
    }
}
