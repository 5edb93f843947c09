using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;
using SegFromScratch.Kernels.Cpu;
using SegFromScratch.Kernels.Ladders;
using SegFromScratch.Kernels.Reduction;
using SegFromScratch.Kernels.Softmax;
using SegFromScratch.Kernels.Softmax.Ladder;

namespace SegFromScratch.Kernels.CrossEntropy.Ladder;

/// <summary>Both passes of softmax cross-entropy in <c>seg lab</c>, with smoothed labels, class weights, and pixels that do not count.</summary>
internal sealed class CrossEntropyLab : ILadder
{
    private const float Smoothing = 0.1f;
    private static readonly Rung[] s_rungs = [Rung.Naive, Rung.RegisterTiles, Rung.VectorTiles];
    private static readonly CrossEntropyOptions s_options = new() { IgnoreIndex = 0, LabelSmoothing = Smoothing, Reduction = LossReduction.Sum };

    /// <inheritdoc/>
    public string Name => "cross-entropy";

    /// <inheritdoc/>
    public string ShapeForm => "N,C,H,W: N images with the logits of C classes for each pixel";

    /// <inheritdoc/>
    public IReadOnlyList<string> DefaultShapes => ["4,21,128,128"];

    /// <inheritdoc/>
    public IReadOnlyList<LadderPass> Passes(string shape)
    {
        int[] size = LadderCatalog.Sizes(shape, 4, ShapeForm);
        var sizes = new TensorShape(size[0], size[1], size[2], size[3]);
        TensorShape map = sizes with { Channels = 1 };
        Rung[] rungs = [.. s_rungs.Where(rung => SoftmaxLadder.Supports(rung, sizes.Channels))];
        var random = new CheckRandom($"lab {shape}");
        HostTensor<double> x = random.Normal(sizes, scale: 3), labels = random.Classes(map, sizes.Channels), weights = random.Uniform(TensorShape.Vector(sizes.Channels), 0.5, 2);

        // Kernels read whole numbers: the tensor carries their bits.
        var bits = new HostTensor<double>(map, [.. labels.Values.Select(label => (double)BitConverter.Int32BitsToSingle((int)label))]);
        var one = new HostTensor<double>(TensorShape.Scalar, [1]);
        HostTensor<double> logarithms = SoftmaxReference.Forward(x, logarithm: true);
        var logSums = new HostTensor<double>(map, [.. Enumerable.Range(0, labels.Values.Length).Select(i => x.Values[At(sizes, i, 0)] - logarithms.Values[At(sizes, i, 0)])]);
        return
        [
            new LadderPass
            {
                Name = "losses",
                FloatingPointOperations = 4 * sizes.Elements,
                Bytes = LadderCatalog.Bytes(sizes, map, map, map, map),
                Rungs = rungs,
                Inputs = [x, bits, weights],
                Reference = _ => Losses(logarithms, labels, weights),
                Run = (device, rung, inputs, output) =>
                {
                    using var sums = new Workspace(device, map.Elements, "logarithms of sums");
                    using var pixelWeights = new Workspace(device, map.Elements, "weights of pixels");
                    CrossEntropyLadder.Forward(device, rung, inputs[0].View, Labels(inputs[1]), inputs[2].Data, s_options, sums.View, output.Data, pixelWeights.View);
                },
                Kernel = (_, rung) => rung switch
                {
                    Rung.Naive => CrossEntropyLauncher.ForwardDefinition,
                    Rung.VectorTiles => CrossEntropyVectorLauncher.ForwardDefinition,
                    _ => CrossEntropyTileLauncher.ForwardDefinition,
                },
            },
            new LadderPass
            {
                Name = "logits gradient",
                FloatingPointOperations = 3 * sizes.Elements,
                Bytes = LadderCatalog.Bytes(sizes, map, map, sizes),
                Rungs = rungs,
                Inputs = [x, bits, weights, logSums, one],
                Reference = _ => CrossEntropyReference.Backward(x, labels, weights, s_options, one),
                Run = (device, rung, inputs, output) => CrossEntropyLadder.Backward(
                    device, rung, inputs[0].View, Labels(inputs[1]), inputs[2].Data, s_options, inputs[3].Data, inputs[4].Data, inputs[4].Data, output.View),
                Kernel = (_, rung) => rung switch
                {
                    Rung.Naive => CrossEntropyLauncher.BackwardDefinition,
                    Rung.VectorTiles => CrossEntropyVectorLauncher.BackwardDefinition,
                    _ => CrossEntropyTileLauncher.BackwardDefinition,
                },
            },
        ];
    }

    private static ArrayView<int> Labels(Tensor bits) => new(bits.Data.Buffer!, bits.Data.Offset, bits.Data.Length);

    // Each pixel's share of the definition.
    private static HostTensor<double> Losses(HostTensor<double> logarithms, HostTensor<double> labels, HostTensor<double> weights)
    {
        var losses = new HostTensor<double>(labels.Shape);
        int classes = logarithms.Shape.Channels;
        for (int i = 0; i < losses.Values.Length; i++)
        {
            int label = (int)labels.Values[i];
            if (label == s_options.IgnoreIndex)
                continue;
            for (int c = 0; c < classes; c++)
                losses.Values[i] -= (((double)Smoothing / classes) + (c == label ? 1 - (double)Smoothing : 0)) * weights.Values[c] * logarithms.Values[At(logarithms.Shape, i, c)];
        }

        return losses;
    }

    private static int At(TensorShape shape, int pixel, int c)
    {
        int pixels = shape.Height * shape.Width;
        return (((pixel / pixels * shape.Channels) + c) * pixels) + (pixel % pixels);
    }
}
