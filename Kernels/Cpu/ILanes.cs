namespace SegFromScratch.Kernels.Cpu;

/// <summary>
/// A vector of floats of one width, for code that is written once for all widths. Implementations are structs around one vector,
/// so that the compiler makes a version for each and keeps the vectors in registers.
/// </summary>
/// <typeparam name="TSelf">The implementation.</typeparam>
internal unsafe interface ILanes<TSelf>
    where TSelf : struct, ILanes<TSelf>
{
    /// <summary>Floats in a vector.</summary>
    static abstract int Count { get; }

    /// <summary>Reads a vector.</summary>
    static abstract TSelf Load(float* from);

    /// <summary>The same number in each lane.</summary>
    static abstract TSelf Create(float value);

    /// <summary>a * b + c, rounded once where the processor can.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    /// <summary>The larger of two numbers, lane by lane; the first where it is not a number.</summary>
    static abstract TSelf Max(TSelf a, TSelf b);

    /// <summary>The larger of two numbers, lane by lane, and the first of equal ones; NaN where either is not a number.</summary>
    static abstract TSelf MaxOrNaN(TSelf a, TSelf b);

    /// <summary>Writes the vector.</summary>
    void Store(float* to);

    /// <summary>Writes the vector around the caches, to an address that is a multiple of its size. Gains where the results do not fit the caches anyway.</summary>
    void StoreAround(float* to);

    /// <summary>sums[lane] += this[lane], in double.</summary>
    void AddTo(double* sums);

    /// <summary>a + b.</summary>
    static abstract TSelf operator +(TSelf a, TSelf b);

    /// <summary>a - b.</summary>
    static abstract TSelf operator -(TSelf a, TSelf b);

    /// <summary>a * b.</summary>
    static abstract TSelf operator *(TSelf a, TSelf b);
}
