namespace SegFromScratch.Training.Classic;

/// <summary>What <see cref="CannyEdges"/> takes for an edge.</summary>
/// <param name="Sigma">The standard deviation of the smoothing, in pixels, above 0.</param>
/// <param name="Weak">The share of the greatest gradient that an edge's every pixel has at least, from 0 to 1.</param>
/// <param name="Strong">The share that one of its pixels has at least, from <paramref name="Weak"/> to 1.</param>
public sealed record CannyOptions(double Sigma = 1.4, double Weak = 0.1, double Strong = 0.3);
