namespace SegFromScratch.Kernels.Cpu;

/// <summary>
/// Arithmetic on vectors of one width, so that a loop is written once and compiled for each: the type of the vector stays a plain SIMD type,
/// which the compiler keeps in registers. Implementations have no state.
/// </summary>
/// <typeparam name="TVector">The vector of floats.</typeparam>
internal unsafe interface ILanes<TVector>
    where TVector : struct
{
    /// <summary>Floats of a vector.</summary>
    static abstract int Count { get; }

    /// <summary>Reads a vector.</summary>
    static abstract TVector Load(float* address);

    /// <summary>Writes a vector.</summary>
    static abstract void Store(TVector value, float* address);

    /// <summary>The same number in all lanes.</summary>
    static abstract TVector Create(float value);

    /// <summary>a + b.</summary>
    static abstract TVector Add(TVector a, TVector b);

    /// <summary>a * b.</summary>
    static abstract TVector Multiply(TVector a, TVector b);

    /// <summary>a * b + c, rounded once where the processor can.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);

    /// <summary>The larger of a and b; NaN if either is.</summary>
    static abstract TVector Max(TVector a, TVector b);

    /// <summary>sums[lane] += value[lane], in double.</summary>
    static abstract void AddTo(double* sums, TVector value);
}
