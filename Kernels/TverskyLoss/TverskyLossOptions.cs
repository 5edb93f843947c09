namespace SegFromScratch.Kernels.TverskyLoss;

/// <summary>The options of <see cref="TverskyLoss"/>.</summary>
public sealed record TverskyLossOptions
{
    /// <summary>What a false positive costs, 0 or more.</summary>
    public float Alpha { get; init; } = 0.3f;

    /// <summary>What a false negative costs, 0 or more. Larger than <see cref="Alpha"/>, small objects are missed less often.</summary>
    public float Beta { get; init; } = 0.7f;

    /// <summary>Above 0: makes the loss 0 where prediction and truth are both empty.</summary>
    public float Smooth { get; init; } = 1f;

    /// <summary>True gives every channel a loss of its own, over batch and pixels, and averages them: rare classes then count like frequent ones.</summary>
    public bool EachChannel { get; init; }
}
