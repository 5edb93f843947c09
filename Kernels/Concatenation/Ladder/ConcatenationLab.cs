using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;
using SegFromScratch.Kernels.Ladders;

namespace SegFromScratch.Kernels.Concatenation.Ladder;

/// <summary>Both passes of the concatenation of two tensors in <c>seg lab</c>.</summary>
internal sealed class ConcatenationLab : ILadder
{
    /// <inheritdoc/>
    public string Name => "concatenation";

    /// <inheritdoc/>
    public string ShapeForm => "N,C1,C2,H,W: N images with C1 and C2 channels";

    /// <inheritdoc/>
    public IReadOnlyList<string> DefaultShapes => ["4,32,32,128,128"];

    /// <inheritdoc/>
    public IReadOnlyList<LadderPass> Passes(string shape)
    {
        int[] size = LadderCatalog.Sizes(shape, 5, ShapeForm);
        var first = new TensorShape(size[0], size[1], size[3], size[4]);
        TensorShape second = first with { Channels = size[2] }, whole = first with { Channels = size[1] + size[2] };
        var random = new CheckRandom($"lab {shape}");
        return
        [
            new LadderPass
            {
                Name = "forward",
                FloatingPointOperations = 0,
                Bytes = LadderCatalog.Bytes(whole, whole),
                Rungs = ConcatenationLadder.Rungs,
                Inputs = [random.Normal(first), random.Normal(second)],
                Reference = ConcatenationReference.Forward,
                Run = (device, rung, inputs, output) =>
                {
                    ConcatenationLadder.Forward(device, rung, 0, inputs[0].View, output.View);
                    ConcatenationLadder.Forward(device, rung, first.Channels, inputs[1].View, output.View);
                },
                Kernel = (_, rung) => Kernel(rung, ConcatenationLauncher.ForwardDefinition),
            },
            new LadderPass
            {
                Name = "second input's gradient",
                FloatingPointOperations = 0,
                Bytes = LadderCatalog.Bytes(second, second),
                Rungs = ConcatenationLadder.Rungs,
                Inputs = [random.Normal(whole)],
                Reference = inputs => ConcatenationReference.Backward(inputs[0], first.Channels, second),
                Run = (device, rung, inputs, output) => ConcatenationLadder.Backward(device, rung, first.Channels, inputs[0].View, output.View),
                Kernel = (_, rung) => Kernel(rung, ConcatenationLauncher.BackwardDefinition),
            },
        ];
    }

    private static Engine.Devices.KernelDefinition Kernel(Rung rung, Engine.Devices.KernelDefinition naive) => rung switch
    {
        Rung.Naive => naive,
        Rung.VectorTiles => RunCopyLauncher.VectorsDefinition,
        _ => RunCopyLauncher.FoursDefinition,
    };
}
