namespace SegFromScratch.Training.Data.Transforms;

/// <summary>What happens to a sample between the file and the network. The defaults change nothing.</summary>
public sealed record AugmentationOptions
{
    /// <summary>The size every image is brought to; null: as it is. The proportions may change. Both or none.</summary>
    public (int Width, int Height)? Size { get; init; }

    /// <summary>The size cut out at a random place after <see cref="Size"/>, smaller or (then it is padded) larger; null: all of it.</summary>
    public (int Width, int Height)? Crop { get; init; }

    /// <summary>Mirror left and right, every second time.</summary>
    public bool HorizontalFlip { get; init; }

    /// <summary>Mirror top and bottom, every second time.</summary>
    public bool VerticalFlip { get; init; }

    /// <summary>The smallest enlargement; below 1 the image shrinks and is padded. Above 0.</summary>
    public double MinimumScale { get; init; } = 1;

    /// <summary>The greatest enlargement; not below <see cref="MinimumScale"/>.</summary>
    public double MaximumScale { get; init; } = 1;

    /// <summary>The greatest change of brightness, either way, as a share of white: 0 to 1.</summary>
    public double Brightness { get; init; }

    /// <summary>The greatest change of contrast, either way: 0.2 means factors 0.8 to 1.2. 0 to 1.</summary>
    public double Contrast { get; init; }

    /// <summary>The same sizes with nothing left to chance, for validation: the whole image, neither cropped nor mirrored.</summary>
    public AugmentationOptions ForEvaluation() => new() { Size = Size };
}
