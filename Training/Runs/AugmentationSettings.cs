namespace SegFromScratch.Training.Runs;

/// <summary>Random changes of training samples, as a configuration file holds them. The defaults change nothing.</summary>
public sealed record AugmentationSettings
{
    /// <summary>The width cut out at a random place, in pixels; null: all of it. Both sizes or none.</summary>
    public int? CropWidth { get; init; }

    /// <summary>The height cut out at a random place, in pixels; null: all of it. Both sizes or none.</summary>
    public int? CropHeight { get; init; }

    /// <summary>Mirror left and right, every second time.</summary>
    public bool HorizontalFlip { get; init; }

    /// <summary>Mirror top and bottom, every second time.</summary>
    public bool VerticalFlip { get; init; }

    /// <summary>The smallest enlargement, above 0.</summary>
    public double MinimumScale { get; init; } = 1;

    /// <summary>The greatest enlargement, not below the smallest.</summary>
    public double MaximumScale { get; init; } = 1;

    /// <summary>The greatest change of brightness, either way, as a share of white: 0 to 1.</summary>
    public double Brightness { get; init; }

    /// <summary>The greatest change of contrast, either way: 0.2 means factors 0.8 to 1.2. 0 to 1.</summary>
    public double Contrast { get; init; }
}
