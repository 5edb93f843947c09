using SegFromScratch.Engine.Devices.Cpu;

namespace SegFromScratch.Kernels.Cpu;

/// <summary>Generated kernels of 16 lanes: at most 28 of the 32 registers hold sums.</summary>
[MicroKernels(lanes: 16, vectors: 1, rows: 28)]
[MicroKernels(lanes: 16, vectors: 2, rows: 14)]
[MicroKernels(lanes: 16, vectors: 4, rows: 6)]
internal static unsafe partial class MicroKernels512
{
    /// <summary>Gathered-product kernels by rows; one vector wide.</summary>
    internal static readonly delegate*<OuterProductArguments*, float*, float*, float*, void>[] GatheredProducts = GatheredProductTable1;

    /// <summary>Product kernels by vectors, then by rows.</summary>
    internal static readonly delegate*<ProductArguments*, float*, float*, void>[][] ProductTables =
        [[], ProductTable1, ProductTable2, [], ProductTable4];

    /// <summary>Outer-product kernels by vectors, then by rows.</summary>
    internal static readonly delegate*<OuterProductArguments*, float*, float*, float*, void>[][] OuterProductTables =
        [[], OuterProductTable1, OuterProductTable2, [], OuterProductTable4];
}
