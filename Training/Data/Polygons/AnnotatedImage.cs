namespace SegFromScratch.Training.Data.Polygons;

/// <summary>An image with the regions that were drawn on it.</summary>
/// <param name="Path">Path of the image.</param>
/// <param name="Regions">In the order in which they are painted: later ones cover earlier ones.</param>
/// <param name="Source">The file that the regions come from, with the place in it, for messages.</param>
internal sealed record AnnotatedImage(string Path, IReadOnlyList<Region> Regions, string Source)
{
    /// <summary>The size that the annotation gives the image, which must be the image's own; null where it gives none.</summary>
    public (int Width, int Height)? Size { get; init; }
}
