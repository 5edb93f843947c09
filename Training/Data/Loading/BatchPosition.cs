namespace SegFromScratch.Training.Data.Loading;

/// <summary>A place in a run, enough to resume from.</summary>
/// <param name="Epoch">Passes over the data set done before, from 0.</param>
/// <param name="Batch">Batches of this epoch done before, from 0.</param>
public readonly record struct BatchPosition(int Epoch, int Batch);
