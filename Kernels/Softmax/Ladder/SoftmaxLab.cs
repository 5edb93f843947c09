using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;
using SegFromScratch.Kernels.Ladders;

namespace SegFromScratch.Kernels.Softmax.Ladder;

/// <summary>Both passes of softmax in <c>seg lab</c>.</summary>
internal sealed class SoftmaxLab : ILadder
{
    /// <inheritdoc/>
    public string Name => "softmax";

    /// <inheritdoc/>
    public string ShapeForm => "N,C,H,W: N images with the logits of C classes for each pixel";

    /// <inheritdoc/>
    public IReadOnlyList<string> DefaultShapes => ["4,21,128,128"];

    /// <inheritdoc/>
    public IReadOnlyList<LadderPass> Passes(string shape)
    {
        int[] size = LadderCatalog.Sizes(shape, 4, ShapeForm);
        var sizes = new TensorShape(size[0], size[1], size[2], size[3]);
        Rung[] rungs = [.. Enum.GetValues<Rung>().Where(rung => SoftmaxLadder.Supports(rung, sizes.Channels))];
        var random = new CheckRandom($"lab {shape}");
        HostTensor<double> x = random.Normal(sizes, scale: 3), g = random.Normal(sizes);
        HostTensor<double> y = SoftmaxReference.Forward(x, logarithm: false);
        return
        [
            new LadderPass
            {
                Name = "forward",
                FloatingPointOperations = 5 * sizes.Elements,
                Bytes = LadderCatalog.Bytes(sizes, sizes),
                Rungs = rungs,
                Inputs = [x],
                Reference = _ => y,
                Run = (device, rung, inputs, output) => SoftmaxLadder.Forward(device, rung, inputs[0].View, output.View, logarithm: false),
                Kernel = (_, rung) => rung switch
                {
                    Rung.Naive => SoftmaxLauncher.ForwardDefinition,
                    Rung.SharedTiles => SoftmaxTileLauncher.SharedTilesDefinition,
                    Rung.RegisterTiles => SoftmaxTileLauncher.RegisterTilesDefinition,
                    _ => SoftmaxVectorLauncher.ForwardDefinition,
                },
            },
            new LadderPass
            {
                Name = "input gradient",
                FloatingPointOperations = 4 * sizes.Elements,
                Bytes = LadderCatalog.Bytes(sizes, sizes, sizes),
                Rungs = [.. rungs.Where(rung => rung != Rung.SharedTiles)],
                Inputs = [y, g],
                Reference = inputs => SoftmaxReference.Backward(inputs[0], inputs[1], logarithm: false),
                Run = (device, rung, inputs, output) => SoftmaxLadder.Backward(device, rung, inputs[0].View, inputs[1].View, output.View, logarithm: false),
                Kernel = (_, rung) => rung switch
                {
                    Rung.Naive => SoftmaxLauncher.BackwardDefinition,
                    Rung.VectorTiles => SoftmaxVectorLauncher.BackwardDefinition,
                    _ => SoftmaxTileLauncher.BackwardRegisterTilesDefinition,
                },
            },
        ];
    }
}
