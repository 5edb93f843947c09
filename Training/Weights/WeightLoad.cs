namespace SegFromScratch.Training.Weights;

/// <summary>What became of a weight file in a model.</summary>
/// <param name="Loaded">The number of the model's tensors that were read from the file.</param>
/// <param name="Mismatch">What did not fit; null if everything did.</param>
public sealed record WeightLoad(int Loaded, WeightMismatch? Mismatch);
