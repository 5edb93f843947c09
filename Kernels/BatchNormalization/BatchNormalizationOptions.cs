namespace SegFromScratch.Kernels.BatchNormalization;

/// <summary>The options of <see cref="BatchNormalization"/>, with PyTorch's defaults.</summary>
public sealed record BatchNormalizationOptions
{
    /// <summary>
    /// True normalises by mean and variance of the batch and moves the running statistics, as in training;
    /// false by the running statistics, as in inference and in frozen layers, which still have gradients.
    /// </summary>
    public bool UseBatchStatistics { get; init; } = true;

    /// <summary>How far the running statistics move: running = (1 - momentum) * running + momentum * batch. Keras calls 1 - momentum the momentum.</summary>
    public float Momentum { get; init; } = 0.1f;

    /// <summary>Added to the variance. PyTorch 1e-5, Keras 1e-3.</summary>
    public float Epsilon { get; init; } = 1e-5f;

    /// <summary>True takes max(0, y) in the same pass.</summary>
    public bool Relu { get; init; }
}
