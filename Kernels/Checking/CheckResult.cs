namespace SegFromScratch.Kernels.Checking;

/// <summary>The outcome of one comparison of a case.</summary>
/// <param name="Case">The case.</param>
/// <param name="What">output, or the gradient that was compared.</param>
/// <param name="Error">The largest difference divided by 1 + the largest reference; NaN where a number is not finite.</param>
/// <param name="Tolerance">The error that is allowed.</param>
/// <param name="Detail">Where the largest difference lies, for messages.</param>
public sealed record CheckResult(OperationCase Case, string What, double Error, double Tolerance, string Detail)
{
    /// <summary>True if the comparison holds. A NaN fails.</summary>
    public bool Passed => Error <= Tolerance;

    /// <inheritdoc/>
    public override string ToString() => $"{Case}: {What} differs by {Error:g3} (allowed {Tolerance:g3}) {Detail}";
}
