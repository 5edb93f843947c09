namespace SegFromScratch.Kernels.Ladders;

/// <summary>How a sum of products is computed: the steps from the textbook's kernel to a fast one. The earlier ones are kept, to be read and to be compared with.</summary>
public enum Rung
{
    /// <summary>One work-item an element of the result; every factor comes from global memory.</summary>
    Naive,

    /// <summary>A group loads tiles of both factors into shared memory, and each work-item computes one element of the group's tile.</summary>
    SharedTiles,

    /// <summary>Each work-item computes 8 x 8 elements in registers from double-buffered tiles in shared memory. For GPUs.</summary>
    RegisterTiles,

    /// <summary>One work-item alone computes 8 rows of 32 elements in vector registers. For processors.</summary>
    VectorTiles,

    /// <summary>The tensor cores of NVIDIA GPUs multiply factors that were rounded to tf32, 10 bits of mantissa. Taken only where that precision was asked for.</summary>
    TensorFloat32,

    /// <summary>The tensor cores multiply factors that were rounded to bf16, 7 bits of mantissa, twice as fast again. Taken only where that precision was asked for.</summary>
    BFloat16,
}
