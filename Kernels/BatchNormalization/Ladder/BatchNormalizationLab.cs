using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;
using SegFromScratch.Kernels.Ladders;

namespace SegFromScratch.Kernels.BatchNormalization.Ladder;

/// <summary>The four passes of batch normalisation with a ReLU in <c>seg lab</c>, two that sum over a channel and two that go number by number, and the two of them in which a residual addition takes part.</summary>
internal sealed class BatchNormalizationLab : ILadder
{
    private const double Epsilon = 1e-5;
    private static readonly Rung[] s_sums = [Rung.Naive, Rung.SharedTiles, Rung.RegisterTiles, Rung.VectorTiles];
    private static readonly Rung[] s_numberByNumber = [Rung.Naive, Rung.RegisterTiles, Rung.VectorTiles];

    /// <inheritdoc/>
    public string Name => "batch-normalization";

    /// <inheritdoc/>
    public string ShapeForm => "N,C,H,W: N images of C channels";

    /// <inheritdoc/>
    public IReadOnlyList<string> DefaultShapes => ["4,64,128,128"];

    /// <inheritdoc/>
    public IReadOnlyList<LadderPass> Passes(string shape)
    {
        int[] size = LadderCatalog.Sizes(shape, 4, ShapeForm);
        var sizes = new TensorShape(size[0], size[1], size[2], size[3]);
        TensorShape vector = TensorShape.Vector(sizes.Channels), pair = TensorShape.Vector(2 * sizes.Channels);
        int c = sizes.Channels;
        var random = new CheckRandom($"lab {shape}");
        HostTensor<double> x = random.Normal(sizes, mean: 2), gamma = random.Normal(vector), beta = random.Normal(vector), g = random.Normal(sizes);
        (double[] Mean, double[] Variance) statistics = BatchNormalizationReference.Statistics(x);
        HostTensor<double> y = BatchNormalizationReference.Forward(x, gamma, beta, statistics, Epsilon, relu: true);
        var mean = new HostTensor<double>(vector, statistics.Mean);
        var inverse = new HostTensor<double>(vector, [.. statistics.Variance.Select(variance => 1 / Math.Sqrt(variance + Epsilon))]);
        (HostTensor<double> inputGradient, HostTensor<double> gammaGradient, HostTensor<double> betaGradient) =
            BatchNormalizationReference.Backward(x, gamma, y, g, statistics, Epsilon, relu: true, ofBatch: true);
        HostTensor<double> a = random.Normal(sizes), sum = BatchNormalizationReference.ForwardAndAdd(x, a, gamma, beta, statistics, Epsilon, relu: true);
        var all = TensorShape.Vector(checked((int)sizes.Elements) + (2 * c));
        return
        [
            new LadderPass
            {
                Name = "statistics",
                FloatingPointOperations = 4 * sizes.Elements,
                Bytes = LadderCatalog.Bytes(sizes),
                Rungs = s_sums,
                Inputs = [x],
                Reference = _ => new HostTensor<double>(pair, [.. mean.Values, .. inverse.Values]),
                Run = (device, rung, inputs, output) => BatchNormalizationLadder.Statistics(
                    device, rung, inputs[0].View, 0f, (float)Epsilon, default, default, output.Data.SubView(0, c), output.Data.SubView(c, c)),
                Kernel = (_, rung) => Kernel(
                    rung, BatchNormalizationLauncher.PartialsDefinition, StatisticsTileLauncher.SharedTilesDefinition, StatisticsTileLauncher.RegisterTilesDefinition, NormalizationVectorLauncher.StatisticsDefinition),
            },
            new LadderPass
            {
                Name = "normalize",
                FloatingPointOperations = 4 * sizes.Elements,
                Bytes = LadderCatalog.Bytes(sizes, sizes),
                Rungs = s_numberByNumber,
                Inputs = [x, gamma, beta, mean, inverse],
                Reference = _ => y,
                Run = (device, rung, inputs, output) => BatchNormalizationLadder.Normalize(
                    device, rung, inputs[0].View, default, inputs[1].Data, inputs[2].Data, inputs[3].Data, inputs[4].Data, relu: true, output.View),
                Kernel = (_, rung) => Kernel(
                    rung, BatchNormalizationLauncher.NormalizeDefinition, NormalizationTileLauncher.NormalizeDefinition, NormalizationTileLauncher.NormalizeDefinition, NormalizationVectorLauncher.NormalizeDefinition),
            },
            new LadderPass
            {
                Name = "gradient sums",
                FloatingPointOperations = 5 * sizes.Elements,
                Bytes = LadderCatalog.Bytes(sizes, sizes, sizes),
                Rungs = s_sums,
                Inputs = [x, y, g, mean, inverse],
                Reference = _ => new HostTensor<double>(pair, [.. betaGradient.Values, .. gammaGradient.Values]),
                Run = (device, rung, inputs, output) => BatchNormalizationLadder.GradientSums(
                    device, rung, inputs[0].View, inputs[1].Data, inputs[2].View, inputs[3].Data, inputs[4].Data, default, output.Data.SubView(0, c), output.Data.SubView(c, c)),
                Kernel = (_, rung) => Kernel(
                    rung, BatchNormalizationBackwardLauncher.PartialsDefinition, GradientSumsTileLauncher.SharedTilesDefinition, GradientSumsTileLauncher.RegisterTilesDefinition, NormalizationVectorLauncher.GradientSumsDefinition),
            },
            new LadderPass
            {
                Name = "input gradient",
                FloatingPointOperations = 5 * sizes.Elements,
                Bytes = LadderCatalog.Bytes(sizes, sizes, sizes, sizes),
                Rungs = s_numberByNumber,
                Inputs = [x, y, g, gamma, mean, inverse, betaGradient, gammaGradient],
                Reference = _ => inputGradient,
                Run = (device, rung, inputs, output) => BatchNormalizationLadder.InputGradient(
                    device, rung, inputs[0].View, inputs[1].Data, inputs[2].Data, inputs[3].Data, inputs[4].Data, inputs[5].Data, inputs[6].Data, inputs[7].Data, output.View),
                Kernel = (_, rung) => Kernel(
                    rung, BatchNormalizationBackwardLauncher.InputDefinition, NormalizationTileLauncher.InputGradientDefinition, NormalizationTileLauncher.InputGradientDefinition, NormalizationVectorLauncher.InputGradientDefinition),
            },
            new LadderPass
            {
                Name = "normalize and add",
                FloatingPointOperations = 5 * sizes.Elements,
                Bytes = LadderCatalog.Bytes(sizes, sizes, sizes),
                Rungs = s_numberByNumber,
                Inputs = [x, gamma, beta, mean, inverse, a],
                Reference = _ => sum,
                Run = (device, rung, inputs, output) => BatchNormalizationLadder.Normalize(
                    device, rung, inputs[0].View, inputs[5].Data, inputs[1].Data, inputs[2].Data, inputs[3].Data, inputs[4].Data, relu: true, output.View),
                Kernel = (_, rung) => Kernel(
                    rung, BatchNormalizationLauncher.NormalizeDefinition, NormalizationTileLauncher.NormalizeDefinition, NormalizationTileLauncher.NormalizeDefinition, NormalizationVectorLauncher.NormalizeDefinition),
            },
            new LadderPass
            {
                Name = "gradient sums and summand",
                FloatingPointOperations = 5 * sizes.Elements,
                Bytes = LadderCatalog.Bytes(sizes, sizes, sizes, sizes),
                Rungs = s_sums,
                Inputs = [x, y, g, mean, inverse],
                Reference = _ => new HostTensor<double>(all, [.. betaGradient.Values, .. gammaGradient.Values, .. y.Values.Zip(g.Values, (output, gradient) => output > 0 ? gradient : 0)]),
                Run = (device, rung, inputs, output) => BatchNormalizationLadder.GradientSums(
                    device,
                    rung,
                    inputs[0].View,
                    inputs[1].Data,
                    inputs[2].View,
                    inputs[3].Data,
                    inputs[4].Data,
                    output.Data.SubView(2 * c, inputs[0].Layout.Length),
                    output.Data.SubView(0, c),
                    output.Data.SubView(c, c)),
                Kernel = (_, rung) => Kernel(
                    rung, BatchNormalizationBackwardLauncher.PartialsDefinition, GradientSumsTileLauncher.SharedTilesDefinition, GradientSumsTileLauncher.RegisterTilesDefinition, NormalizationVectorLauncher.GradientSumsDefinition),
            },
        ];
    }

    private static KernelDefinition Kernel(Rung rung, KernelDefinition naive, KernelDefinition shared, KernelDefinition registers, KernelDefinition vectors) => rung switch
    {
        Rung.Naive => naive,
        Rung.SharedTiles => shared,
        Rung.RegisterTiles => registers,
        _ => vectors,
    };
}
