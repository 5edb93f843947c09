using SegFromScratch.Engine.Tensors;

namespace SegFromScratch.Layers.Models;

/// <summary>The logits of one head, and how much their loss counts in training.</summary>
/// <param name="Logits">N,C,H,W.</param>
/// <param name="Weight">What the head's loss is multiplied with.</param>
public readonly record struct WeightedLogits(Tensor Logits, float Weight);
