using SegFromScratch.Engine.Devices;
using SegFromScratch.Kernels.Activation;
using SegFromScratch.Kernels.Cpu;
using SegFromScratch.Kernels.Ladders;
using SegFromScratch.Kernels.Reduction;

namespace SegFromScratch.Kernels.BatchNormalization.Ladder;

/// <summary>
/// Launches one rung of a pass of batch normalisation. The rungs above the first need tensors with channel block 1; <see cref="Rung.SharedTiles"/> of a pass that goes number by number is
/// <see cref="Rung.RegisterTiles"/>, as there is nothing to share.
/// </summary>
public static class BatchNormalizationLadder
{
    // Enough pixels that starting a group is cheap beside them, few enough that a small batch makes many groups.
    private const int PixelsASlice = 4096;

    /// <summary>The rung that a device takes: its own, or the first where tensors lie in blocks of channels.</summary>
    public static Rung Choose(Device device, TensorLayout layout)
    {
        ArgumentNullException.ThrowIfNull(device);
        return device is CompiledDevice && layout.ChannelBlock == 1 ? RungChoice.Unrounded(device) : Rung.Naive;
    }

    /// <summary>Mean and 1 / sqrt(variance + epsilon) of each channel, and the running statistics moved towards them where there are any.</summary>
    public static void Statistics(
        Device device,
        Rung rung,
        TensorView input,
        float momentum,
        float epsilon,
        ArrayView<float> runningMean,
        ArrayView<float> runningVariance,
        ArrayView<float> mean,
        ArrayView<float> inverseDeviation)
    {
        PixelSlices slices = Slices(rung, input.Layout);
        int channels = input.Layout.Channels;
        int partials = slices.Count * channels;
        using var means = new Workspace(device, partials, "partial means");
        using var squares = new Workspace(device, partials, "partial squares");
        switch (rung)
        {
            case Rung.Naive:
                BatchNormalizationLauncher.Partials(device, partials, input, slices, means.View, squares.View);
                break;
            case Rung.SharedTiles:
                StatisticsTileLauncher.SharedTiles(device, new LaunchSize(slices.Count, channels, 1, StatisticsTileKernels.Items, 1, 1), input, slices, means.View, squares.View);
                break;
            case Rung.RegisterTiles:
                StatisticsTileLauncher.RegisterTiles(device, new LaunchSize(slices.Count, channels, 1, StatisticsTileKernels.Items, 1, 1), input, slices, means.View, squares.View);
                break;
            default:
                NormalizationVectorLauncher.Statistics(device, new LaunchSize(slices.Count, channels, 1, 1, 1, 1), input, slices, means.View, squares.View);
                break;
        }

        BatchNormalizationLauncher.Statistics(device, channels, input, slices, means.View, squares.View, momentum, epsilon, runningMean, runningVariance, mean, inverseDeviation);
    }

    /// <summary>output = gamma * (input - mean) * inverseDeviation + beta + added, at least 0 with the ReLU. An empty summand adds nothing.</summary>
    public static void Normalize(
        Device device,
        Rung rung,
        TensorView input,
        ArrayView<float> added,
        ArrayView<float> gamma,
        ArrayView<float> beta,
        ArrayView<float> mean,
        ArrayView<float> inverseDeviation,
        bool relu,
        TensorView output)
    {
        TensorLayout layout = input.Layout;
        if (rung == Rung.Naive)
            BatchNormalizationLauncher.Normalize(device, output.Layout.Length, input, added, gamma, beta, mean, inverseDeviation, relu ? 1 : 0, output);
        else if (rung == Rung.VectorTiles)
            NormalizationVectorLauncher.Normalize(device, VectorGrid(layout), input, added, gamma, beta, mean, inverseDeviation, relu ? 1 : 0, output);
        else
            NormalizationTileLauncher.Normalize(device, TileGrid(layout), input, added, gamma, beta, mean, inverseDeviation, relu ? 1 : 0, output);
    }

    /// <summary>
    /// The gradients of beta and gamma. The output is read for the ReLU only and is empty without one.
    /// Unless <paramref name="rectified"/> is empty, it takes the output's gradient where the ReLU let it through, and 0 elsewhere.
    /// </summary>
    public static void GradientSums(
        Device device,
        Rung rung,
        TensorView input,
        ArrayView<float> output,
        TensorView outputGradient,
        ArrayView<float> mean,
        ArrayView<float> inverseDeviation,
        ArrayView<float> rectified,
        ArrayView<float> betaGradient,
        ArrayView<float> gammaGradient)
    {
        PixelSlices slices = Slices(rung, input.Layout);
        int channels = input.Layout.Channels;
        int partials = slices.Count * channels;
        using var sums = new Workspace(device, partials, "partial sums");
        using var products = new Workspace(device, partials, "partial products");
        var groups = new LaunchSize(slices.Count, channels, 1, GradientSumsTileKernels.Items, 1, 1);
        switch (rung)
        {
            case Rung.Naive:
                // In a pass of its own, which writes padded channels too.
                if (rectified.Length > 0)
                    ActivationLauncher.ReluBackward(device, rectified.Length, output, outputGradient.Data, rectified);
                BatchNormalizationBackwardLauncher.Partials(device, partials, input, output, outputGradient, mean, inverseDeviation, slices, sums.View, products.View);
                break;
            case Rung.SharedTiles:
                GradientSumsTileLauncher.SharedTiles(device, groups, input, output, outputGradient.Data, mean, inverseDeviation, slices, rectified, sums.View, products.View);
                break;
            case Rung.RegisterTiles:
                GradientSumsTileLauncher.RegisterTiles(device, groups, input, output, outputGradient.Data, mean, inverseDeviation, slices, rectified, sums.View, products.View);
                break;
            default:
                NormalizationVectorLauncher.GradientSums(
                    device, groups with { GroupX = 1 }, input, output, outputGradient.Data, mean, inverseDeviation, slices, rectified, sums.View, products.View);
                break;
        }

        BatchNormalizationBackwardLauncher.Totals(device, channels, sums.View, products.View, betaGradient, gammaGradient);
    }

    /// <summary>The derivative by the input. With empty gradients of beta and gamma the statistics are constants.</summary>
    public static void InputGradient(
        Device device,
        Rung rung,
        TensorView input,
        ArrayView<float> output,
        ArrayView<float> outputGradient,
        ArrayView<float> gamma,
        ArrayView<float> mean,
        ArrayView<float> inverseDeviation,
        ArrayView<float> betaGradient,
        ArrayView<float> gammaGradient,
        TensorView inputGradient)
    {
        TensorLayout layout = input.Layout;
        if (rung == Rung.Naive)
            BatchNormalizationBackwardLauncher.Input(device, inputGradient.Layout.Length, input, output, outputGradient, gamma, mean, inverseDeviation, betaGradient, gammaGradient, inputGradient);
        else if (rung == Rung.VectorTiles)
            NormalizationVectorLauncher.InputGradient(device, VectorGrid(layout), input, output, outputGradient, gamma, mean, inverseDeviation, betaGradient, gammaGradient, inputGradient.Data);
        else
            NormalizationTileLauncher.InputGradient(device, TileGrid(layout), input, output, outputGradient, gamma, mean, inverseDeviation, betaGradient, gammaGradient, inputGradient.Data);
    }

    private static PixelSlices Slices(Rung rung, TensorLayout layout)
    {
        int pixels = layout.Height * layout.Width;
        return rung == Rung.Naive ? PixelSlices.Of(new(layout.Batch, layout.Channels, layout.Height, layout.Width)) : new PixelSlices(layout.Batch, pixels, Math.Min(pixels, PixelsASlice));
    }

    private static LaunchSize TileGrid(TensorLayout layout)
    {
        const int PixelsAGroup = NormalizationTileKernels.Items * NormalizationTileKernels.Pixels;
        return new LaunchSize(((layout.Height * layout.Width) + PixelsAGroup - 1) / PixelsAGroup, layout.Channels, layout.Batch, NormalizationTileKernels.Items, 1, 1);
    }

    private static LaunchSize VectorGrid(TensorLayout layout) =>
        new(((layout.Height * layout.Width) + NormalizationVectorKernels.Pixels - 1) / NormalizationVectorKernels.Pixels, layout.Channels, layout.Batch, 1, 1, 1);
}
