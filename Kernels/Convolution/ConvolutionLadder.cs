using SegFromScratch.Engine.Devices;
using SegFromScratch.Kernels.Convolution.Depthwise;
using SegFromScratch.Kernels.Convolution.Implicit;
using SegFromScratch.Kernels.Cpu;
using SegFromScratch.Kernels.Ladders;

namespace SegFromScratch.Kernels.Convolution;

/// <summary>Launches one rung of the convolution: forward, input gradient, weight gradient. Rungs above the first need tensors with channel block 1.</summary>
public static class ConvolutionLadder
{
    // Enough groups for every GPU, and enough terms in each to be worth a result of its own.
    private const int WantedGroups = 512;
    private const int LeastTerms = 1024;

    /// <summary>The rung that a device takes for a convolution: its own, or the first where tensors lie in blocks of channels, or the groups are too narrow for a tile.</summary>
    /// <param name="device">The device.</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="input">Where the input or its gradient lies.</param>
    /// <param name="output">Where the output or its gradient lies.</param>
    public static Rung Choose(Device device, in ConvolutionShape shape, TensorLayout input, TensorLayout output)
    {
        Rung rung = RungChoice.For(device);
        if (RungChoice.Rounds(rung) && DepthwiseLadder.Supports(Rung.RegisterTiles, shape))
            rung = Rung.RegisterTiles;
        bool isWide = shape.Groups == 1 || Math.Min(shape.OutputChannelsPerGroup, shape.InputChannelsPerGroup) >= 4;
        bool isFast = DepthwiseLadder.Supports(rung, shape) || (isWide && Supports(rung, shape));
        return device is CompiledDevice && input.ChannelBlock == 1 && output.ChannelBlock == 1 && isFast ? rung : Rung.Naive;
    }

    /// <summary>Whether a rung has kernels for a convolution: a panel of <see cref="Rung.VectorTiles"/> holds all taps of at least one channel.</summary>
    public static bool Supports(Rung rung, in ConvolutionShape shape) => rung != Rung.VectorTiles || shape.KernelHeight * shape.KernelWidth <= VectorTile.Depth;

    /// <summary>Whether a rung can add a tensor to the result and cut at a floor on the way: those of matrix products, which walk over the result as it lies.</summary>
    public static bool Adds(Rung rung, in ConvolutionShape shape) => rung != Rung.Naive && !DepthwiseLadder.Supports(rung, shape);

    /// <summary>output = convolution of input and weight, plus bias and what is added where they are not empty, but not less than the floor.</summary>
    /// <param name="device">Where.</param>
    /// <param name="rung">Which kernel.</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="input">N,C,H,W.</param>
    /// <param name="weight">K,C/groups,kh,kw.</param>
    /// <param name="bias">K numbers, or empty.</param>
    /// <param name="output">N,K,P,Q.</param>
    /// <param name="floor">Results are not less than this. The first rung does not know it.</param>
    /// <param name="added">A tensor in the layout of the output, or empty; only where <see cref="Adds"/> says so.</param>
    public static void Forward(
        Device device, Rung rung, in ConvolutionShape shape, TensorView input, TensorView weight, ArrayView<float> bias, TensorView output, float floor = float.NegativeInfinity, ArrayView<float> added = default)
    {
        if (rung == Rung.Naive)
            ConvolutionLauncher.Forward(device, output.Layout.Length, shape, input, weight, bias, output);
        else if (DepthwiseLadder.Supports(rung, shape))
            DepthwiseLadder.Forward(device, rung, shape, input, weight, bias, output, floor);
        else
            Product(device, rung, ImplicitProduct.Forward(shape), weight.Data, input.Data, bias, added, floor, output.Data);
    }

    /// <summary>The derivative by the input.</summary>
    public static void BackwardInput(Device device, Rung rung, in ConvolutionShape shape, TensorView weight, TensorView outputGradient, TensorView inputGradient)
    {
        if (rung == Rung.Naive)
            ConvolutionLauncher.BackwardInput(device, inputGradient.Layout.Length, shape, weight, outputGradient, inputGradient);
        else if (DepthwiseLadder.Supports(rung, shape))
            DepthwiseLadder.BackwardInput(device, rung, shape, weight, outputGradient, inputGradient);
        else
            Product(device, rung, ImplicitProduct.BackwardInput(shape), weight.Data, outputGradient.Data, default, default, float.NegativeInfinity, inputGradient.Data);
    }

    /// <summary>The derivative by the weight.</summary>
    public static void BackwardWeight(Device device, Rung rung, in ConvolutionShape shape, TensorView input, TensorView outputGradient, TensorView weightGradient)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (rung != Rung.Naive && DepthwiseLadder.Supports(rung, shape))
        {
            DepthwiseLadder.BackwardWeight(device, rung, shape, input, outputGradient, weightGradient);
            return;
        }

        ImplicitProduct product = ImplicitProduct.Forward(shape);
        int columns = product.Channels * product.Taps;
        switch (rung)
        {
            case Rung.Naive:
                ConvolutionLauncher.BackwardWeight(device, weightGradient.Layout.Length, shape, input, outputGradient, weightGradient);
                break;
            case Rung.SharedTiles:
                const int Tile = WeightGradientTileKernels.Tile;
                InParts(device, rung, product, new LaunchSize(Ceiling(columns, Tile), Ceiling(product.Rows, Tile), product.Groups, Tile, Tile, 1), input.Data, outputGradient.Data, weightGradient.Data);
                break;
            case Rung.RegisterTiles when IsNarrow(device, product):
                var narrow = new LaunchSize(Ceiling(columns, WeightGradientNarrowKernels.Columns), Ceiling(product.Rows, WeightGradientNarrowKernels.Rows), product.Groups, WeightGradientNarrowKernels.Items, 1, 1);
                InParts(device, rung, product, narrow, input.Data, outputGradient.Data, weightGradient.Data);
                break;
            case Rung.RegisterTiles:
                var size = new LaunchSize(Ceiling(columns, RegisterTile.Columns), Ceiling(product.Rows, RegisterTile.Rows), product.Groups, RegisterTile.Items, 1, 1);
                InParts(device, rung, product, size, input.Data, outputGradient.Data, weightGradient.Data);
                break;
            case Rung.TensorFloat32:
            case Rung.BFloat16:
                var tiles = new LaunchSize(Ceiling(columns, TensorTile.Columns), Ceiling(product.Rows, TensorTile.Rows), product.Groups, TensorTile.Items, 1, 1);
                InParts(device, rung, product, tiles, input.Data, outputGradient.Data, weightGradient.Data);
                break;
            default:
                WeightGradientVectorLauncher.Product(
                    device, new LaunchSize(Ceiling(columns, WeightGradientVectorKernels.Taps), Ceiling(product.Rows, WeightGradientVectorKernels.Channels), product.Groups, 1, 1, 1),
                    product, input.Data, outputGradient.Data, weightGradient.Data);
                break;
        }
    }

    /// <summary>Whether <see cref="Rung.RegisterTiles"/> takes the kernels for few rows, where a tile of <see cref="RegisterTile.Rows"/> would be mostly air.</summary>
    internal static bool IsNarrow(Device device, in ImplicitProduct product) => product.Rows <= ((device as CompiledDevice)?.Tuning ?? DeviceTuning.Default).NarrowRows && product.Taps <= ImplicitNarrowKernels.PanelTerms;

    private static void Product(
        Device device, Rung rung, in ImplicitProduct product, ArrayView<float> weight, ArrayView<float> source, ArrayView<float> bias, ArrayView<float> added, float floor, ArrayView<float> result)
    {
        int pixels = product.Batch * product.ResultPixels;
        switch (rung)
        {
            case Rung.SharedTiles:
                const int Tile = ImplicitTileKernels.Tile;
                ImplicitTileLauncher.SharedTiles(
                    device, new LaunchSize(Ceiling(pixels, Tile), Ceiling(product.Rows, Tile), product.Groups, Tile, Tile, 1),
                    product, weight, source, bias, added, floor, result, new(product.KernelHeight), new(product.KernelWidth));
                break;
            case Rung.RegisterTiles when IsNarrow(device, product):
                ImplicitNarrowLauncher.Product(
                    device, new LaunchSize(Ceiling(pixels, ImplicitNarrowKernels.PixelsAGroup), Ceiling(product.Rows, ImplicitNarrowKernels.Rows), product.Groups, ImplicitNarrowKernels.Items, 1, 1),
                    product, weight, source, bias, added, floor, result, new(product.KernelHeight), new(product.KernelWidth));
                break;
            case Rung.RegisterTiles:
                ImplicitTileLauncher.RegisterTiles(
                    device, new LaunchSize(Ceiling(pixels, RegisterTile.Columns), Ceiling(product.Rows, RegisterTile.Rows), product.Groups, RegisterTile.Items, 1, 1),
                    product, weight, source, bias, added, floor, result, new(product.KernelHeight), new(product.KernelWidth));
                break;
            case Rung.TensorFloat32:
            case Rung.BFloat16:
                ImplicitTensorLauncher.Product(
                    device, new LaunchSize(Ceiling(pixels, TensorTile.Columns), Ceiling(product.Rows, TensorTile.Rows), product.Groups, TensorTile.Items, 1, 1),
                    product, weight, source, bias, added, floor, result, new(product.KernelHeight), new(product.KernelWidth), new(TensorTile.TermsPerWord(rung)));
                break;
            default:
                if (product.Taps > VectorTile.Depth)
                    throw new ArgumentException($"a window of {product.Taps} taps does not fit in a panel of {VectorTile.Depth}", nameof(product));
                ImplicitVectorLauncher.Product(
                    device, new LaunchSize(Ceiling(product.ResultPixels, VectorTile.Columns), Ceiling(product.Rows, VectorTile.RowsPerPanel), product.Batch * product.Groups, 1, 1, 1),
                    product, weight, source, bias, added, floor, result);
                break;
        }
    }

    private static void InParts(
        Device device, Rung rung, in ImplicitProduct product, LaunchSize size, ArrayView<float> input, ArrayView<float> outputGradient, ArrayView<float> weightGradient)
    {
        int terms = product.Batch * product.ResultPixels;
        int parts = Math.Clamp(WantedGroups / size.Groups, 1, Ceiling(terms, LeastTerms));

        // A whole number of tiles a part, so that no tile reaches into the next part.
        int tile = RungChoice.Rounds(rung) ? TensorTile.Words * TensorTile.TermsPerWord(rung) : WeightGradientTileKernels.Tile;
        int termsPerPart = Ceiling(Ceiling(terms, parts), tile) * tile;
        size = size with { GridZ = size.GridZ * parts };
        using var partial = new Workspace(device, (long)parts * weightGradient.Length, "parts of a weight gradient");
        if (rung == Rung.SharedTiles)
            WeightGradientTileLauncher.SharedTiles(device, size, product, input, outputGradient, partial.View, parts, termsPerPart);
        else if (RungChoice.Rounds(rung))
            WeightGradientTensorLauncher.Product(device, size, product, input, outputGradient, partial.View, parts, termsPerPart, new(TensorTile.TermsPerWord(rung)));
        else if (IsNarrow(device, product))
            WeightGradientNarrowLauncher.Product(device, size, product, input, outputGradient, partial.View, parts, termsPerPart);
        else
            WeightGradientTileLauncher.RegisterTiles(device, size, product, input, outputGradient, partial.View, parts, termsPerPart);
        WeightGradientTileLauncher.Sum(device, weightGradient.Length, parts, partial.View, weightGradient);
    }

    private static int Ceiling(int count, int size) => (count + size - 1) / size;
}
