namespace SegFromScratch.Training.Data.Transforms;

/// <summary>Random changes of training samples that need no sizes. The defaults change nothing.</summary>
public record RandomChanges
{
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
}
