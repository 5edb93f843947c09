using SegFromScratch.Engine.Devices;
using SegFromScratch.Kernels.Convolution.Implicit;
using SegFromScratch.Kernels.Cpu;
using SegFromScratch.Kernels.Ladders;

namespace SegFromScratch.Kernels.Convolution.Depthwise;

/// <summary>
/// Launches one rung of a depthwise convolution with as many output as input channels. Rung 1 is <see cref="ConvolutionKernels"/>; those above it need tensors with channel block 1.
/// The size of the window is a constant to the compiled kernels: one program a size.
/// </summary>
public static class DepthwiseLadder
{
    // As in ConvolutionLadder: enough groups for every GPU, and enough terms in each to be worth a result of its own.
    private const int WantedGroups = 512;
    private const int LeastTerms = 4096;

    /// <summary>Whether a rung has kernels for a convolution: one channel a group on both sides, and sums and source pixels that fit where the rung keeps them.</summary>
    public static bool Supports(Rung rung, in ConvolutionShape shape)
    {
        int taps = shape.KernelHeight * shape.KernelWidth;
        if (shape.InputChannelsPerGroup != 1 || shape.OutputChannelsPerGroup != 1)
            return false;
        return rung switch
        {
            Rung.Naive => true,
            Rung.SharedTiles => Fits(ImplicitProduct.Forward(shape)) && Fits(ImplicitProduct.BackwardInput(shape)),
            Rung.RegisterTiles => taps <= DepthwiseWeightGradientKernels.MostTaps,
            Rung.VectorTiles => taps <= DepthwiseVectorKernels.MostTaps && DepthwisePanel.TryCreate(ImplicitProduct.Forward(shape), out _) && DepthwisePanel.TryCreate(ImplicitProduct.BackwardInput(shape), out _),
            _ => false,
        };
    }

    /// <summary>result = convolution of input and weight, plus bias where it is not empty, but not less than the floor, which the first rung does not know.</summary>
    public static void Forward(Device device, Rung rung, in ConvolutionShape shape, TensorView input, TensorView weight, ArrayView<float> bias, TensorView output, float floor = float.NegativeInfinity)
    {
        if (rung == Rung.Naive)
            ConvolutionLauncher.Forward(device, output.Layout.Length, shape, input, weight, bias, output);
        else
            Product(device, rung, ImplicitProduct.Forward(shape), weight.Data, input.Data, bias, floor, output.Data);
    }

    /// <summary>The derivative by the input.</summary>
    public static void BackwardInput(Device device, Rung rung, in ConvolutionShape shape, TensorView weight, TensorView outputGradient, TensorView inputGradient)
    {
        if (rung == Rung.Naive)
            ConvolutionLauncher.BackwardInput(device, inputGradient.Layout.Length, shape, weight, outputGradient, inputGradient);
        else
            Product(device, rung, ImplicitProduct.BackwardInput(shape), weight.Data, outputGradient.Data, default, float.NegativeInfinity, inputGradient.Data);
    }

    /// <summary>The derivative by the weight.</summary>
    public static void BackwardWeight(Device device, Rung rung, in ConvolutionShape shape, TensorView input, TensorView outputGradient, TensorView weightGradient)
    {
        ImplicitProduct product = ImplicitProduct.Forward(shape);
        var (height, width) = (new SpecializedValue<int>(product.KernelHeight), new SpecializedValue<int>(product.KernelWidth));
        switch (rung)
        {
            case Rung.Naive:
                ConvolutionLauncher.BackwardWeight(device, weightGradient.Layout.Length, shape, input, outputGradient, weightGradient);
                break;
            case Rung.SharedTiles:
                DepthwiseWeightGradientLauncher.SharedTiles(
                    device, new LaunchSize(product.Taps, product.Groups, 1, DepthwiseWeightGradientKernels.Items, 1, 1), product, input.Data, outputGradient.Data, weightGradient.Data);
                break;
            case Rung.RegisterTiles:
                InParts(device, product, input.Data, outputGradient.Data, weightGradient.Data);
                break;
            default:
                DepthwiseVectorLauncher.WeightGradient(device, new LaunchSize(product.Groups, 1), product, Panel(product), input.Data, outputGradient.Data, weightGradient.Data, height, width);
                break;
        }
    }

    private static void Product(
        Device device, Rung rung, in ImplicitProduct product, ArrayView<float> weight, ArrayView<float> source, ArrayView<float> bias, float floor, ArrayView<float> result)
    {
        int planes = product.Batch * product.Groups;
        var (height, width) = (new SpecializedValue<int>(product.KernelHeight), new SpecializedValue<int>(product.KernelWidth));
        switch (rung)
        {
            case Rung.SharedTiles:
                const int TileWidth = DepthwiseTileKernels.TileWidth, TileHeight = DepthwiseTileKernels.TileHeight;
                DepthwiseTileLauncher.SharedTiles(
                    device, new LaunchSize(Ceiling(product.ResultWidth, TileWidth), Ceiling(product.ResultHeight, TileHeight), planes, TileWidth, TileHeight, 1),
                    product, weight, source, bias, floor, result, height, width);
                break;
            case Rung.RegisterTiles:
                var size = new LaunchSize(
                    Ceiling(product.ResultWidth, DepthwiseTileKernels.Items), Ceiling(product.ResultHeight, DepthwiseTileKernels.Rows), planes, DepthwiseTileKernels.Items, 1, 1);
                if (IsDense(product))
                    DepthwiseTileLauncher.RegisterTiles(device, size, product, weight, source, bias, floor, result, height, width, new(product.Y.Tap < 0 ? 1 : 0));
                else
                    DepthwiseTileLauncher.RegisterTilesApart(device, size, product, weight, source, bias, floor, result, height, width);
                break;
            default:
                DepthwiseVectorLauncher.Product(
                    device, new LaunchSize(Ceiling(product.ResultHeight, DepthwiseVectorKernels.Rows), planes, 1, 1, 1, 1), product, Panel(product), weight, source, bias, floor, result, height, width);
                break;
        }
    }

    private static void InParts(Device device, in ImplicitProduct product, ArrayView<float> input, ArrayView<float> outputGradient, ArrayView<float> weightGradient)
    {
        int terms = product.Batch * product.ResultPixels;
        int parts = Math.Clamp(WantedGroups / product.Groups, 1, Ceiling(terms, LeastTerms));
        using var partial = new Workspace(device, (long)parts * weightGradient.Length, "parts of a weight gradient");
        DepthwiseWeightGradientLauncher.RegisterTiles(
            device, new LaunchSize(parts, product.Groups, 1, DepthwiseWeightGradientKernels.Items, 1, 1),
            product, input, outputGradient, partial.View, Ceiling(terms, parts), new(product.KernelHeight), new(product.KernelWidth));
        WeightGradientTileLauncher.Sum(device, weightGradient.Length, parts, partial.View, weightGradient);
    }

    /// <summary>Whether neighbouring pixels and taps lie one source pixel apart on both axes, forwards or backwards.</summary>
    internal static bool IsDense(in ImplicitProduct product) =>
        product is { X: { Step: 1, Divide: 1, Tap: 1 }, Y: { Step: 1, Divide: 1, Tap: 1 } } or { X: { Step: 1, Divide: 1, Tap: -1 }, Y: { Step: 1, Divide: 1, Tap: -1 } };

    private static DepthwisePanel Panel(in ImplicitProduct product) => DepthwisePanel.TryCreate(product, out DepthwisePanel panel)
        ? panel
        : throw new ArgumentException("the source pixels of 8 rows of 16 pixels do not fit in a panel", nameof(product));

    private static bool Fits(in ImplicitProduct product) =>
        (long)product.Y.Reach(DepthwiseTileKernels.TileHeight, product.KernelHeight) * product.X.Reach(DepthwiseTileKernels.TileWidth, product.KernelWidth) <= DepthwiseTileKernels.TileCapacity;

    private static int Ceiling(int count, int size) => (count + size - 1) / size;
}
