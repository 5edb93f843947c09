namespace SegFromScratch.Engine.Dialect;

/// <summary>A kernel parameter that is a constant to the compiled kernel: loops over it unroll, and it may size local and shared memory.</summary>
/// <param name="Value">The value, fixed for one compiled form of the kernel.</param>
public readonly record struct SpecializedValue<T>(T Value)
    where T : unmanaged;
