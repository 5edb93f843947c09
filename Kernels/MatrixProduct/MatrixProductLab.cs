using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;
using SegFromScratch.Kernels.Ladders;

namespace SegFromScratch.Kernels.MatrixProduct;

/// <summary>The matrix product in <c>seg lab</c>.</summary>
internal sealed class MatrixProductLab : ILadder
{
    /// <inheritdoc/>
    public string Name => "matrix-product";

    /// <inheritdoc/>
    public string ShapeForm => "I,K,J: C of I rows and J columns, with K terms in each sum";

    /// <inheritdoc/>
    public string DefaultShape => "512,512,512";

    /// <inheritdoc/>
    public IReadOnlyList<LadderPass> Passes(string shape)
    {
        int[] size = LadderCatalog.Sizes(shape, 3, ShapeForm);
        var random = new CheckRandom($"lab {shape}");
        var left = new TensorShape(1, 1, size[0], size[1]);
        var right = new TensorShape(1, 1, size[1], size[2]);
        MatrixProductShape product = MatrixProductShape.Create(left, right);
        return
        [
            new LadderPass
            {
                Name = "product",
                FloatingPointOperations = product.FloatingPointOperations,
                Inputs = [random.Normal(left), random.Normal(right)],
                Reference = inputs => MatrixProductReference.Forward(inputs[0], inputs[1]),
                Run = (device, rung, inputs, output) => MatrixProductLadder.Run(device, rung, product, inputs[0].Data, inputs[1].Data, output.Data),
                Kernel = Kernel,
            },
        ];
    }

    private static KernelDefinition Kernel(Rung rung) => rung switch
    {
        Rung.Naive => MatrixProductLauncher.NaiveDefinition,
        Rung.SharedTiles => MatrixProductLauncher.SharedTilesDefinition,
        Rung.RegisterTiles => MatrixProductLauncher.RegisterTilesDefinition,
        Rung.VectorTiles => MatrixProductVectorLauncher.VectorTilesDefinition,
        _ => MatrixProductTensorLauncher.ProductDefinition,
    };
}
