using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;
using SegFromScratch.Kernels.Ladders;

namespace SegFromScratch.Kernels.Dropout.Ladder;

/// <summary>Dropout of single elements and of whole channels in <c>seg lab</c>; the backward pass is the forward pass on gradients.</summary>
internal sealed class DropoutLab : ILadder
{
    private const float Rate = 0.25f;
    private const ulong Key = 0x0123456789ABCDEFUL;

    /// <inheritdoc/>
    public string Name => "dropout";

    /// <inheritdoc/>
    public string ShapeForm => "N,C,H,W";

    /// <inheritdoc/>
    public IReadOnlyList<string> DefaultShapes => ["4,64,128,128"];

    /// <inheritdoc/>
    public IReadOnlyList<LadderPass> Passes(string shape)
    {
        int[] size = LadderCatalog.Sizes(shape, 4, ShapeForm);
        var sizes = new TensorShape(size[0], size[1], size[2], size[3]);
        HostTensor<double> x = new CheckRandom($"lab {shape}").Normal(sizes);
        return [Pass("single elements", x, wholeChannels: false), Pass("whole channels", x, wholeChannels: true)];
    }

    // One product an element; the whole-number arithmetic of the random numbers is not counted.
    private static LadderPass Pass(string name, HostTensor<double> x, bool wholeChannels) => new()
    {
        Name = name,
        FloatingPointOperations = x.Shape.Elements,
        Bytes = LadderCatalog.Bytes(x.Shape, x.Shape),
        Rungs = DropoutLadder.Rungs,
        Inputs = [x],
        Reference = inputs => DropoutReference.Forward(inputs[0], Rate, wholeChannels, Key),
        Run = (device, rung, inputs, output) => DropoutLadder.Apply(device, rung, inputs[0].View, Rate, wholeChannels, Key, output.View),
        Kernel = (_, rung) => rung switch
        {
            Rung.Naive => DropoutLauncher.ApplyDefinition,
            Rung.VectorTiles when wholeChannels => DropoutVectorLauncher.ChannelsDefinition,
            Rung.VectorTiles => DropoutVectorLauncher.ElementsDefinition,
            _ => DropoutTileLauncher.FourPixelsDefinition,
        },
    };
}
