using SegFromScratch.Training.Data.Loading;

namespace SegFromScratch.Training.Trainer;

/// <summary>Is shown a network's answers to a batch. The batch and the spans are used again for the next one.</summary>
/// <param name="batch">The images and their truth.</param>
/// <param name="classes">Count x Height x Width class indices; empty where masks may overlap.</param>
/// <param name="probabilities">Count x LayerCount x Height x Width probabilities; empty for class maps.</param>
public delegate void AnswerObserver(Batch batch, ReadOnlySpan<int> classes, ReadOnlySpan<float> probabilities);
