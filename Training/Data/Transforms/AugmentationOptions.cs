namespace SegFromScratch.Training.Data.Transforms;

/// <summary>What happens to a sample between the file and the network. The defaults change nothing.</summary>
public sealed record AugmentationOptions : RandomChanges
{
    /// <summary>Changes nothing unless it is told to.</summary>
    public AugmentationOptions()
    {
    }

    /// <summary>Takes over random changes.</summary>
    public AugmentationOptions(RandomChanges changes)
        : base(changes)
    {
    }

    /// <summary>The size every image is brought to; null: as it is. The proportions may change. Both or none.</summary>
    public (int Width, int Height)? Size { get; init; }

    /// <summary>Every image is brought to this shorter side, in pixels, its proportions kept; null: as it is. Not together with <see cref="Size"/>.</summary>
    public int? ShorterSide { get; init; }

    /// <summary>The size cut out at a random place after <see cref="Size"/>, smaller or (then it is padded) larger; null: all of it.</summary>
    public (int Width, int Height)? Crop { get; init; }

    /// <summary>The same sizes with nothing left to chance, for validation: the whole image, neither cropped nor mirrored.</summary>
    public AugmentationOptions ForEvaluation() => new() { Size = Size, ShorterSide = ShorterSide };
}
