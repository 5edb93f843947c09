using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;
using SegFromScratch.Kernels.Convolution.Implicit;
using SegFromScratch.Kernels.Ladders;

namespace SegFromScratch.Kernels.Convolution;

/// <summary>The three passes of the convolution in <c>seg lab</c>.</summary>
internal sealed class ConvolutionLab : ILadder
{
    /// <inheritdoc/>
    public string Name => "convolution";

    /// <inheritdoc/>
    public string ShapeForm => "N,C,H,W,K,window,stride,dilation: N images of C channels, K filters of a square window, padded so that stride 1 keeps the size";

    /// <inheritdoc/>
    public string DefaultShape => "2,32,64,64,32,3,1,1";

    /// <inheritdoc/>
    public IReadOnlyList<LadderPass> Passes(string shape)
    {
        int[] size = LadderCatalog.Sizes(shape, 8, ShapeForm);
        var options = ConvolutionOptions.Symmetric(size[5] / 2 * size[7], stride: size[6], dilation: size[7]);
        ConvolutionShape sizes = ConvolutionShape.Create(new(size[0], size[1], size[2], size[3]), new(size[4], size[1], size[5], size[5]), options);
        var random = new CheckRandom($"lab {shape}");
        HostTensor<double> input = random.Normal(sizes.Input), weight = random.Normal(sizes.Weight), gradient = random.Normal(sizes.Output);
        return
        [
            new LadderPass
            {
                Name = "forward",
                FloatingPointOperations = sizes.FloatingPointOperations,
                Inputs = [input, weight],
                Reference = inputs => ConvolutionReference.Forward(sizes, inputs[0], inputs[1], null),
                Run = (device, rung, inputs, output) => ConvolutionLadder.Forward(device, rung, sizes, inputs[0].View, inputs[1].View, default, output.View),
                Kernel = rung => rung == Rung.Naive ? ConvolutionLauncher.ForwardDefinition : Product(rung),
            },
            new LadderPass
            {
                Name = "input gradient",
                FloatingPointOperations = sizes.FloatingPointOperations,
                Inputs = [weight, gradient],
                Reference = inputs => ConvolutionReference.BackwardInput(sizes, inputs[0], inputs[1]),
                Run = (device, rung, inputs, output) => ConvolutionLadder.BackwardInput(device, rung, sizes, inputs[0].View, inputs[1].View, output.View),
                Kernel = rung => rung == Rung.Naive ? ConvolutionLauncher.BackwardInputDefinition : Product(rung),
            },
            new LadderPass
            {
                Name = "weight gradient",
                FloatingPointOperations = sizes.FloatingPointOperations,
                Inputs = [input, gradient],
                Reference = inputs => ConvolutionReference.BackwardWeight(sizes, inputs[0], inputs[1]),
                Run = (device, rung, inputs, output) => ConvolutionLadder.BackwardWeight(device, rung, sizes, inputs[0].View, inputs[1].View, output.View),
                Kernel = WeightGradient,
            },
        ];
    }

    private static KernelDefinition Product(Rung rung) => rung switch
    {
        Rung.SharedTiles => ImplicitTileLauncher.SharedTilesDefinition,
        Rung.RegisterTiles => ImplicitTileLauncher.RegisterTilesDefinition,
        Rung.VectorTiles => ImplicitVectorLauncher.ProductDefinition,
        _ => ImplicitTensorLauncher.ProductDefinition,
    };

    private static KernelDefinition WeightGradient(Rung rung) => rung switch
    {
        Rung.Naive => ConvolutionLauncher.BackwardWeightDefinition,
        Rung.SharedTiles => WeightGradientTileLauncher.SharedTilesDefinition,
        Rung.RegisterTiles => WeightGradientTileLauncher.RegisterTilesDefinition,
        Rung.VectorTiles => WeightGradientVectorLauncher.ProductDefinition,
        _ => WeightGradientTensorLauncher.ProductDefinition,
    };
}
