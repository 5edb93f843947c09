using SegFromScratch.Training.Data.Transforms;

namespace SegFromScratch.Training.Runs;

/// <summary>Random changes of training samples, as a configuration file holds them. The defaults change nothing.</summary>
public sealed record AugmentationSettings : RandomChanges
{
    /// <summary>The width cut out at a random place, in pixels; null: all of it. Both sizes or none.</summary>
    public int? CropWidth { get; init; }

    /// <summary>The height cut out at a random place, in pixels; null: all of it. Both sizes or none.</summary>
    public int? CropHeight { get; init; }
}
