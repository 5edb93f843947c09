namespace SegFromScratch.Kernels.Reduction;

/// <summary>
/// A float32 sum that carries its rounding error along, so that a million terms are summed as exactly as in double.
/// OpenCL devices need not know double. Source: Kahan, "Further remarks on reducing truncation errors", CACM 8(1), 1965.
/// </summary>
/// <param name="Sum">The sum so far.</param>
/// <param name="Excess">How much the sum so far is too large: what rounding has added.</param>
public readonly record struct CompensatedSum(float Sum, float Excess)
{
    /// <summary>The sum with one more term.</summary>
    public CompensatedSum Add(float term)
    {
        float corrected = term - Excess;
        float sum = Sum + corrected;
        return new CompensatedSum(sum, sum - Sum - corrected);
    }
}
