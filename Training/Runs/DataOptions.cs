namespace SegFromScratch.Training.Runs;

/// <summary>Where a run's images come from and what is in them.</summary>
public sealed record DataOptions
{
    /// <summary>The data set's folder.</summary>
    public string Path { get; init; } = "";

    /// <summary>How the folder is laid out; <c>auto</c> recognises it.</summary>
    public string Layout { get; init; } = "auto";

    /// <summary>The file of annotations, where several in the folder could be it; null: the only one, or the layout's usual name.</summary>
    public string? Table { get; init; }

    /// <summary>How the samples are divided: <c>auto</c>, <c>lists</c>, <c>seeded</c>, <c>stratified</c>, <c>blocks</c>, or the path of a split file.</summary>
    public string Split { get; init; } = "auto";

    /// <summary>Chooses the samples kept for validation where the folder brings no split of its own.</summary>
    public long SplitSeed { get; init; }

    /// <summary>The share of samples kept for validation, above 0 and below 1.</summary>
    public double ValidationShare { get; init; } = 0.15;

    /// <summary>The width that images are brought to, in pixels; null: as they are. Both sizes or none.</summary>
    public int? ImageWidth { get; init; }

    /// <summary>The height that images are brought to, in pixels; null: as they are. Both sizes or none.</summary>
    public int? ImageHeight { get; init; }

    /// <summary>The shorter side that images are brought to, in pixels, with their proportions kept; null: as they are. In place of the two sizes. Training then needs a crop.</summary>
    public int? ShorterSide { get; init; }

    /// <summary>How pixels become numbers: <c>centered</c> (-1 to 1), <c>unit</c> (0 to 1) <c>imagenet</c>, or <c>bytes</c> (0 to 255).</summary>
    public string Normalization { get; init; } = "centered";

    /// <summary>The class names in the order of their indices; empty: as the data set gives them.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>The mask value that does not count, 0 to 255; null: as the data set says.</summary>
    public int? IgnoreIndex { get; init; }

    /// <summary>True: damaged samples are replaced by others. False: they are errors.</summary>
    public bool SkipDamaged { get; init; }
}
