namespace SegFromScratch.Kernels.SoftDice;

/// <summary>
/// What tells losses 1 - A / B over a region apart, one element at a time, for kernels: A grows with the sum of v p t; B also with a second sum, for probabilities p, targets t and weights v.
/// Implementations are structs, so that the translator inlines them.
/// </summary>
public interface IRegionTerms
{
    /// <summary>The term of the second sum.</summary>
    float Second(float p, float t);

    /// <summary>The derivative of A by p, over v.</summary>
    float NumeratorSlope(float p, float t);

    /// <summary>The derivative of B by p, over v.</summary>
    float DenominatorSlope(float p, float t);
}
