using System.Runtime.Intrinsics;

namespace SegFromScratch.Kernels.Cpu;

/// <summary>The micro-kernels of one vector width, chosen once from what the processor has.</summary>
internal sealed unsafe class MicroKernels
{
    /// <summary>Floats in a "vector" of the plain loops: the smallest channel block.</summary>
    public const int ScalarLanes = 8;

    private static readonly MicroKernels s_wide = new(16, 28, MicroKernels512.ProductTables, MicroKernels512.OuterProductTables, MicroKernels512.GatheredProducts);
    private static readonly MicroKernels s_narrow = new(8, Vector512.IsHardwareAccelerated ? 28 : 12, MicroKernels256.ProductTables, MicroKernels256.OuterProductTables, MicroKernels256.GatheredProducts);
    private static readonly MicroKernels s_scalar = new(ScalarLanes, 12, null, null, null);
    private readonly delegate*<ProductArguments*, float*, float*, void>[][]? _products;
    private readonly delegate*<OuterProductArguments*, float*, float*, float*, void>[][]? _outerProducts;
    private readonly delegate*<OuterProductArguments*, float*, float*, float*, void>[]? _gatheredProducts;

    private MicroKernels(
        int lanes,
        int sums,
        delegate*<ProductArguments*, float*, float*, void>[][]? products,
        delegate*<OuterProductArguments*, float*, float*, float*, void>[][]? outerProducts,
        delegate*<OuterProductArguments*, float*, float*, float*, void>[]? gatheredProducts) =>
        (Lanes, Sums, _products, _outerProducts, _gatheredProducts) = (lanes, sums, products, outerProducts, gatheredProducts);

    /// <summary>Floats in a vector.</summary>
    public int Lanes { get; }

    /// <summary>How many sums stay in registers.</summary>
    public int Sums { get; }

    /// <summary>The kernels for destinations of a channel block of 8 or 16.</summary>
    public static MicroKernels ForBlock(int channelBlock) =>
        !Vector128.IsHardwareAccelerated ? s_scalar
        : channelBlock % 16 == 0 && Vector512.IsHardwareAccelerated ? s_wide : s_narrow;

    /// <summary>The most rows of a tile so many vectors wide.</summary>
    public int Rows(int vectors) => Math.Min(Sums / vectors, (_products is null ? int.MaxValue : _products[vectors].Length) - 1);

    /// <summary>Runs the product kernel of a tile: <see cref="ProductArguments"/>.</summary>
    public void Product(int vectors, int rows, ProductArguments* arguments, float* source, float* destination)
    {
        if (_products is null)
            MicroKernelsScalar.Product(vectors, rows, arguments, source, destination);
        else
            _products[vectors][rows](arguments, source, destination);
    }

    /// <summary>Runs the outer-product kernel of a tile: <see cref="OuterProductArguments"/>.</summary>
    public void OuterProduct(int vectors, int rows, OuterProductArguments* arguments, float* source, float* gradient, float* destination)
    {
        if (_outerProducts is null)
            MicroKernelsScalar.OuterProduct(vectors, rows, arguments, source, gradient, destination);
        else
            _outerProducts[vectors][rows](arguments, source, gradient, destination);
    }

    /// <summary>Runs the gathered-product kernel of a tile one vector wide: <see cref="OuterProductArguments.Offsets"/>.</summary>
    public void GatheredProduct(int rows, OuterProductArguments* arguments, float* source, float* gradient, float* destination)
    {
        if (_gatheredProducts is null)
            MicroKernelsScalar.GatheredProduct(rows, arguments, source, gradient, destination);
        else
            _gatheredProducts[rows](arguments, source, gradient, destination);
    }
}
