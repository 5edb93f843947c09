namespace SegFromScratch.Apps.Seg.Verification;

/// <summary>The outcome of one case.</summary>
/// <param name="Case">The case.</param>
/// <param name="Error">The largest error as a share of what is allowed; null if the operation is not built.</param>
/// <param name="Detail">Where the largest error lies.</param>
internal sealed record VerificationOutcome(VerificationCase Case, double? Error, string Detail)
{
    /// <summary>True if all numbers lie within the tolerance. A NaN does not.</summary>
    public bool Passed => Error <= 1;
}
