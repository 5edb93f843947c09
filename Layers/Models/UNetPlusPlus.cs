using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Concatenation;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.Interpolation;
using SegFromScratch.Kernels.MaxPooling;
using SegFromScratch.Layers.Initialization;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Models;

/// <summary>
/// U-Net++: Zhou et al., "UNet++: a nested U-Net architecture", 2018, in the form of github.com/4uiiurz1/pytorch-nested-unet, with its parameter names.
/// Node (i, j) lies i levels down and takes all earlier nodes of its level and the enlarged node (i + 1, j - 1). Deep supervision puts a head on every node of the top level.
/// </summary>
public sealed class UNetPlusPlus : SegmentationModel
{
    private const int Levels = 5;
    private readonly Sequence[,] _nodes = new Sequence[Levels, Levels];
    private readonly TransposedConvolution2D?[,] _enlarge = new TransposedConvolution2D?[Levels, Levels];
    private readonly Convolution2D[] _heads;
    private readonly bool _transposed;

    /// <summary>Makes the network with random weights.</summary>
    /// <param name="device">Where its parameters lie.</param>
    /// <param name="classes">Logits a pixel.</param>
    /// <param name="deepSupervision">True puts a head on each of the four nodes of the top level and trains them all with equal weight.</param>
    /// <param name="baseFilters">Filters of the first level: 32.</param>
    /// <param name="seed">Fixes the random start.</param>
    /// <param name="transposed">True enlarges by 2x2 transposed convolutions that halve the channels, as the paper's authors do; false by interpolation.</param>
    public UNetPlusPlus(Device device, int classes, bool deepSupervision, int baseFilters = 32, ulong seed = 1, bool transposed = false)
        : base(device, classes)
    {
        _transposed = transposed;
        LayerStyle style = LayerStyle.Torch(device, seed);
        for (int j = 0; j < Levels; j++)
        {
            for (int i = 0; i < Levels - j; i++)
            {
                int filters = baseFilters << i;
                int enlarged = transposed ? filters : 2 * filters;
                int channels = j > 0 ? (j * filters) + enlarged : i > 0 ? filters / 2 : 3;
                string name = $"conv{i}_{j}";
                if (transposed && j > 0)
                    _enlarge[i, j] = Add($"up{i}_{j}", new TransposedConvolution2D(device, 2 * filters, filters, 2, Initializers.UniformFanIn, style.In($"up{i}_{j}").Seed));
                _nodes[i, j] = Add(name, Node(style.In(name), channels, filters));
                if (j == 0)
                    MarkEncoder(_nodes[i, j]);
            }
        }

        string[] heads = deepSupervision ? ["final1", "final2", "final3", "final4"] : ["final"];
        _heads = [.. heads.Select(name => Add(name, style.TorchBiased(name, baseFilters, classes, 1, ConvolutionOptions.Default)))];
    }

    /// <inheritdoc/>
    public override string Name => _transposed ? "unet_plus_plus_transposed" : "unet_plus_plus";

    /// <inheritdoc/>
    public override int InputSizeFor(int outputSize) => (outputSize + (1 << (Levels - 1)) - 1) >> (Levels - 1) << (Levels - 1);

    /// <inheritdoc/>
    /// <remarks>The last head, whose logits <see cref="Module.Forward"/> gives, comes first.</remarks>
    public override IReadOnlyList<WeightedLogits> ForwardAll(Step step, Tensor input)
    {
        Tensor[] top = TopNodes(step, input);
        var logits = new List<WeightedLogits>();
        for (int j = Levels - 1; j > 0; j--)
        {
            int head = _heads.Length - Levels + j;
            if (head >= 0)
                logits.Add(new WeightedLogits(_heads[head].Forward(step, top[j]), 1f / _heads.Length));
        }

        foreach (Tensor node in top)
            Step.Release(node);
        return logits;
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input)
    {
        Tensor[] top = TopNodes(step, input);
        Tensor logits = _heads[^1].Forward(step, top[^1]);
        foreach (Tensor node in top)
            Step.Release(node);
        return logits;
    }

    // Level by level of the triangle: a node's lower neighbour is used last when the node itself is made, all others when their level ends.
    private Tensor[] TopNodes(Step step, Tensor input)
    {
        CheckInput(input);
        var nodes = new Tensor[Levels, Levels];
        for (int diagonal = 0; diagonal < Levels; diagonal++)
        {
            nodes[diagonal, 0] = FirstNode(step, diagonal, diagonal == 0 ? input : nodes[diagonal - 1, 0]);
            for (int j = 1; j <= diagonal; j++)
                nodes[diagonal - j, j] = NestedNode(step, nodes, diagonal - j, j);
        }

        for (int i = 1; i < Levels; i++)
        {
            for (int j = 0; j < Levels - 1 - i; j++)
                Step.Release(nodes[i, j]);
        }

        return [.. Enumerable.Range(0, Levels).Select(j => nodes[0, j])];
    }

    private Tensor FirstNode(Step step, int level, Tensor above)
    {
        if (level == 0)
            return _nodes[0, 0].Forward(step, above);
        return Consume(step, _nodes[level, 0], MaxPooling.Apply(step, above, MaxPoolingOptions.Square(2, 2)));
    }

    private Tensor NestedNode(Step step, Tensor[,] nodes, int i, int j)
    {
        Tensor below = nodes[i + 1, j - 1];
        Tensor large = _enlarge[i, j]?.Forward(step, below) ?? Interpolation.Apply(step, below, 2 * below.Shape.Height, 2 * below.Shape.Width, InterpolationMode.BilinearAlignCorners);

        // Nodes of the last diagonal feed nothing but this enlargement.
        if (i + j == Levels - 1)
            Step.Release(below);
        Tensor joined = Concatenation.Apply(step, [.. Enumerable.Range(0, j).Select(k => nodes[i, k]), large]);
        Step.Release(large);
        return Consume(step, _nodes[i, j], joined);
    }

    private static Sequence Node(LayerStyle style, int inputChannels, int filters) => new(
        style.Device,
        ("conv1", style.TorchBiased("conv1", inputChannels, filters, 3, ConvolutionOptions.Symmetric(1))),
        ("bn1", style.Normalize(filters)),
        ("conv2", style.TorchBiased("conv2", filters, filters, 3, ConvolutionOptions.Symmetric(1))),
        ("bn2", style.Normalize(filters)));
}
