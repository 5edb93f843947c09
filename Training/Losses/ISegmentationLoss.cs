using SegFromScratch.Engine.Tensors;

namespace SegFromScratch.Training.Losses;

/// <summary>What training makes small.</summary>
public interface ISegmentationLoss
{
    /// <summary>The name on the command line.</summary>
    string Name { get; }

    /// <summary>The loss of a batch: a scalar on the step's tape.</summary>
    /// <param name="step">The training step.</param>
    /// <param name="logits">N,C,H,W.</param>
    /// <param name="target">The truth of the same size.</param>
    Tensor Apply(Step step, Tensor logits, BatchTarget target);
}
