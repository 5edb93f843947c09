using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;
using SegFromScratch.Kernels.Convolution.Implicit;
using SegFromScratch.Kernels.Ladders;

namespace SegFromScratch.Kernels.Convolution.Depthwise;

/// <summary>The three passes of the depthwise convolution in <c>seg lab</c>.</summary>
internal sealed class DepthwiseLab : ILadder
{
    /// <inheritdoc/>
    public string Name => "depthwise";

    /// <inheritdoc/>
    public string ShapeForm => "N,C,H,W,window,stride,dilation: N images of C channels, a square window for each channel, padded so that stride 1 keeps the size";

    /// <inheritdoc/>
    public IReadOnlyList<string> DefaultShapes => ["4,64,64,64,3,1,1", "4,128,32,32,3,1,2"];

    /// <inheritdoc/>
    public IReadOnlyList<LadderPass> Passes(string shape)
    {
        int[] size = LadderCatalog.Sizes(shape, 7, ShapeForm);
        var options = ConvolutionOptions.Symmetric(size[4] / 2 * size[6], stride: size[5], dilation: size[6], groups: size[1]);
        ConvolutionShape sizes = ConvolutionShape.Create(new(size[0], size[1], size[2], size[3]), new(size[1], 1, size[4], size[4]), options);
        Rung[] rungs = [.. Enum.GetValues<Rung>().Where(rung => DepthwiseLadder.Supports(rung, sizes))];
        var random = new CheckRandom($"lab {shape}");
        HostTensor<double> input = random.Normal(sizes.Input), weight = random.Normal(sizes.Weight), gradient = random.Normal(sizes.Output);
        return
        [
            new LadderPass
            {
                Name = "forward",
                FloatingPointOperations = sizes.FloatingPointOperations,
                Bytes = LadderCatalog.Bytes(sizes.Input, sizes.Weight, sizes.Output),
                Rungs = rungs,
                Inputs = [input, weight],
                Reference = inputs => ConvolutionReference.Forward(sizes, inputs[0], inputs[1], null),
                Run = (device, rung, inputs, output) => DepthwiseLadder.Forward(device, rung, sizes, inputs[0].View, inputs[1].View, default, output.View),
                Kernel = (_, rung) => rung == Rung.Naive ? ConvolutionLauncher.ForwardDefinition : Product(rung, ImplicitProduct.Forward(sizes)),
            },
            new LadderPass
            {
                Name = "input gradient",
                FloatingPointOperations = sizes.FloatingPointOperations,
                Bytes = LadderCatalog.Bytes(sizes.Input, sizes.Weight, sizes.Output),
                Rungs = rungs,
                Inputs = [weight, gradient],
                Reference = inputs => ConvolutionReference.BackwardInput(sizes, inputs[0], inputs[1]),
                Run = (device, rung, inputs, output) => DepthwiseLadder.BackwardInput(device, rung, sizes, inputs[0].View, inputs[1].View, output.View),
                Kernel = (_, rung) => rung == Rung.Naive ? ConvolutionLauncher.BackwardInputDefinition : Product(rung, ImplicitProduct.BackwardInput(sizes)),
            },
            new LadderPass
            {
                Name = "weight gradient",
                FloatingPointOperations = sizes.FloatingPointOperations,
                Bytes = LadderCatalog.Bytes(sizes.Input, sizes.Weight, sizes.Output),
                Rungs = rungs,
                Inputs = [input, gradient],
                Reference = inputs => ConvolutionReference.BackwardWeight(sizes, inputs[0], inputs[1]),
                Run = (device, rung, inputs, output) => DepthwiseLadder.BackwardWeight(device, rung, sizes, inputs[0].View, inputs[1].View, output.View),
                Kernel = (_, rung) => WeightGradient(rung),
            },
        ];
    }

    private static KernelDefinition Product(Rung rung, ImplicitProduct product) => rung switch
    {
        Rung.SharedTiles => DepthwiseTileLauncher.SharedTilesDefinition,
        Rung.RegisterTiles when DepthwiseLadder.IsDense(product) => DepthwiseTileLauncher.RegisterTilesDefinition,
        Rung.RegisterTiles => DepthwiseTileLauncher.RegisterTilesApartDefinition,
        _ => DepthwiseVectorLauncher.ProductDefinition,
    };

    private static KernelDefinition WeightGradient(Rung rung) => rung switch
    {
        Rung.Naive => ConvolutionLauncher.BackwardWeightDefinition,
        Rung.SharedTiles => DepthwiseWeightGradientLauncher.SharedTilesDefinition,
        Rung.RegisterTiles => DepthwiseWeightGradientLauncher.RegisterTilesDefinition,
        _ => DepthwiseVectorLauncher.WeightGradientDefinition,
    };
}
