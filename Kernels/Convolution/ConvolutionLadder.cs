using SegFromScratch.Engine.Devices;
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
        bool isWide = shape.Groups == 1 || Math.Min(shape.OutputChannelsPerGroup, shape.InputChannelsPerGroup) >= 4;
        return device is CompiledDevice && input.ChannelBlock == 1 && output.ChannelBlock == 1 && isWide && Supports(rung, shape) ? rung : Rung.Naive;
    }

    /// <summary>Whether a rung has kernels for a convolution: a panel of <see cref="Rung.VectorTiles"/> holds all taps of at least one channel.</summary>
    public static bool Supports(Rung rung, in ConvolutionShape shape) => rung != Rung.VectorTiles || shape.KernelHeight * shape.KernelWidth <= VectorTile.Depth;

    /// <summary>output = convolution of input and weight, plus bias where it is not empty.</summary>
    public static void Forward(Device device, Rung rung, in ConvolutionShape shape, TensorView input, TensorView weight, ArrayView<float> bias, TensorView output)
    {
        if (rung == Rung.Naive)
            ConvolutionLauncher.Forward(device, output.Layout.Length, shape, input, weight, bias, output);
        else
            Product(device, rung, ImplicitProduct.Forward(shape), weight.Data, input.Data, bias, output.Data);
    }

    /// <summary>The derivative by the input.</summary>
    public static void BackwardInput(Device device, Rung rung, in ConvolutionShape shape, TensorView weight, TensorView outputGradient, TensorView inputGradient)
    {
        if (rung == Rung.Naive)
            ConvolutionLauncher.BackwardInput(device, inputGradient.Layout.Length, shape, weight, outputGradient, inputGradient);
        else
            Product(device, rung, ImplicitProduct.BackwardInput(shape), weight.Data, outputGradient.Data, default, inputGradient.Data);
    }

    /// <summary>The derivative by the weight.</summary>
    public static void BackwardWeight(Device device, Rung rung, in ConvolutionShape shape, TensorView input, TensorView outputGradient, TensorView weightGradient)
    {
        ArgumentNullException.ThrowIfNull(device);
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

    private static void Product(
        Device device, Rung rung, in ImplicitProduct product, ArrayView<float> weight, ArrayView<float> source, ArrayView<float> bias, ArrayView<float> result)
    {
        int pixels = product.Batch * product.ResultPixels;
        switch (rung)
        {
            case Rung.SharedTiles:
                const int Tile = ImplicitTileKernels.Tile;
                ImplicitTileLauncher.SharedTiles(
                    device, new LaunchSize(Ceiling(pixels, Tile), Ceiling(product.Rows, Tile), product.Groups, Tile, Tile, 1),
                    product, weight, source, bias, result, new(product.KernelHeight), new(product.KernelWidth));
                break;
            case Rung.RegisterTiles:
                ImplicitTileLauncher.RegisterTiles(
                    device, new LaunchSize(Ceiling(pixels, RegisterTile.Columns), Ceiling(product.Rows, RegisterTile.Rows), product.Groups, RegisterTile.Items, 1, 1),
                    product, weight, source, bias, result, new(product.KernelHeight), new(product.KernelWidth));
                break;
            case Rung.TensorFloat32:
            case Rung.BFloat16:
                ImplicitTensorLauncher.Product(
                    device, new LaunchSize(Ceiling(pixels, TensorTile.Columns), Ceiling(product.Rows, TensorTile.Rows), product.Groups, TensorTile.Items, 1, 1),
                    product, weight, source, bias, result, new(product.KernelHeight), new(product.KernelWidth), new(TensorTile.TermsPerWord(rung)));
                break;
            default:
                ImplicitVectorLauncher.Product(
                    device, new LaunchSize(Ceiling(product.ResultPixels, VectorTile.Columns), Ceiling(product.Rows, VectorTile.RowsPerPanel), product.Batch * product.Groups, 1, 1, 1),
                    product, weight, source, bias, result);
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
        else
            WeightGradientTileLauncher.RegisterTiles(device, size, product, input, outputGradient, partial.View, parts, termsPerPart);
        WeightGradientTileLauncher.Sum(device, weightGradient.Length, parts, partial.View, weightGradient);
    }

    private static int Ceiling(int count, int size) => (count + size - 1) / size;
}
