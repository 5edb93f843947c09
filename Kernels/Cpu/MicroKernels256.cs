using SegFromScratch.Engine.Devices.Cpu;

namespace SegFromScratch.Kernels.Cpu;

/// <summary>
/// Generated kernels of 8 lanes. With AVX-512 there are 32 registers for them too; with AVX2 there are 16,
/// and only tiles of up to 12 sums are used.
/// </summary>
[MicroKernels(lanes: 8, vectors: 1, rows: 28)]
[MicroKernels(lanes: 8, vectors: 2, rows: 6)]
internal static unsafe partial class MicroKernels256
{
    /// <summary>Gathered-product kernels by rows; one vector wide.</summary>
    internal static readonly delegate*<OuterProductArguments*, float*, float*, float*, void>[] GatheredProducts = GatheredProductTable1;

    /// <summary>Product kernels by vectors, then by rows.</summary>
    internal static readonly delegate*<ProductArguments*, float*, float*, void>[][] ProductTables = [[], ProductTable1, ProductTable2];

    /// <summary>Outer-product kernels by vectors, then by rows.</summary>
    internal static readonly delegate*<OuterProductArguments*, float*, float*, float*, void>[][] OuterProductTables =
        [[], OuterProductTable1, OuterProductTable2];
}
