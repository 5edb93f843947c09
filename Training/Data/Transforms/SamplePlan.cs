namespace SegFromScratch.Training.Data.Transforms;

/// <summary>
/// Everything that will be done to one sample, decided before a pixel is touched: which window of the source fills the output, mirrored
/// or not, and how its light changes. Resizing, scaling, cropping, padding and mirroring are one window, so an image is interpolated
/// once, whatever the steps, and image and truth cannot part ways.
/// </summary>
/// <param name="Width">Columns of the output.</param>
/// <param name="Height">Rows of the output.</param>
/// <param name="X">The window's left edge in source pixels; the source spans 0 to its width. What lies outside is padding.</param>
/// <param name="Y">The window's top edge in source pixels.</param>
/// <param name="StepX">Source pixels per output column.</param>
/// <param name="StepY">Source pixels per output row.</param>
public readonly record struct SamplePlan(int Width, int Height, double X, double Y, double StepX, double StepY)
{
    /// <summary>Left and right change places.</summary>
    public bool FlipX { get; init; }

    /// <summary>Top and bottom change places.</summary>
    public bool FlipY { get; init; }

    /// <summary>What lies outside the source is its mirror image instead of padding.</summary>
    public bool MirrorPadding { get; init; }

    /// <summary>Rotation and deformation within the output; null: none.</summary>
    public SampleWarp? Warp { get; init; }

    /// <summary>Colour, blur and noise; null: as they are.</summary>
    public SampleAppearance? Appearance { get; init; }

    /// <summary>Rectangles of the output that are blanked out; null: none.</summary>
    public IReadOnlyList<SampleHole>? Holes { get; init; }

    /// <summary>The factor on the distance from the normalisation's mean.</summary>
    public float Contrast { get; init; } = 1;

    /// <summary>Added to every value, as a share of white.</summary>
    public float Brightness { get; init; }
}
