namespace SegFromScratch.Kernels.Ladders;

/// <summary>One rung, checked and timed.</summary>
/// <param name="Pass">The pass of the operation.</param>
/// <param name="Rung">The rung.</param>
/// <param name="Error">The largest difference from the definition in double, as a share of 1 + the largest number.</param>
/// <param name="Seconds">The shortest time of one run.</param>
public readonly record struct LadderResult(LadderPass Pass, Rung Rung, double Error, double Seconds)
{
    /// <summary>What float32 sums in any order keep to, or sums of factors that the rung has rounded. A NaN does not pass.</summary>
    public bool IsRight => Error <= Tolerance;

    /// <summary>Floating-point operations a second.</summary>
    public double Rate => Pass.FloatingPointOperations / Seconds;

    /// <summary>Bytes a second, if nothing were read twice.</summary>
    public double Traffic => Pass.Bytes / Seconds;

    // Two rounded factors are each off by at most 2^-11 or 2^-8 of themselves.
    private double Tolerance => Rung switch
    {
        Rung.TensorFloat32 => 1.0 / 1024,
        Rung.BFloat16 => 1.0 / 128,
        _ => 2e-5,
    };
}
