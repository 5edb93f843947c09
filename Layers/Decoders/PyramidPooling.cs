using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.AdaptiveAveragePooling;
using SegFromScratch.Kernels.Concatenation;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.Interpolation;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Layers.Decoders;

/// <summary>PSPNet's pyramid pooling: means over grids of 1, 2, 3 and 6 cells a side, each reduced to a quarter of the channels, enlarged and joined with the features.</summary>
public sealed class PyramidPooling : Module
{
    private static readonly int[] s_grids = [1, 2, 3, 6];
    private readonly Sequence[] _branches;

    /// <summary>Makes the parameters.</summary>
    /// <param name="style">How layers are made.</param>
    /// <param name="channels">Channels of the features; twice as many go out.</param>
    /// <param name="plainWhole">True gives the mean of the whole image a bias and a ReLU instead of a normalisation, which fails in training on single images: segmentation_models.pytorch, with its names.</param>
    public PyramidPooling(LayerStyle style, int channels, bool plainWhole = false)
        : base((style ?? throw new ArgumentNullException(nameof(style))).Device)
    {
        int reduced = channels / s_grids.Length;
        _branches = [.. s_grids.Select((cells, i) => Add(plainWhole ? $"blocks.{i}.pool" : $"features.{i}", new Sequence(
            style.Device,
            [("0", new Function(style.Device, (step, input) => AdaptiveAveragePooling.Apply(step, input, cells, cells))), .. Reduce(style, i, channels, reduced, plainWhole)])))];
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input)
    {
        Tensor[] means = [.. _branches.Select(branch => Branch(step, branch, input))];
        Tensor joined = Concatenation.Apply(step, [input, .. means]);
        foreach (Tensor mean in means)
            Step.Release(mean);
        return joined;
    }

    private static IEnumerable<(string Name, Module Module)> Reduce(LayerStyle style, int branch, int channels, int reduced, bool plainWhole)
    {
        string name = $"features.{branch}";
        if (!plainWhole)
            return [("1", style.Convolution(name, channels, reduced, 1, ConvolutionOptions.Default)), ("2", style.Normalize(reduced))];
        if (s_grids[branch] > 1)
            return [("1", style.ConvolutionNormalization(name, channels, reduced, 1, ConvolutionOptions.Default))];
        return [("1.0", style.Biased(name, channels, reduced, 1, ConvolutionOptions.Default)), ("1.2", Function.Relu(style.Device))];
    }

    private static Tensor Branch(Step step, Sequence branch, Tensor input)
    {
        Tensor small = branch.Forward(step, input);
        Tensor large = Interpolation.Apply(step, small, input.Shape.Height, input.Shape.Width, InterpolationMode.BilinearAlignCorners);
        Step.Release(small);
        return large;
    }
}
