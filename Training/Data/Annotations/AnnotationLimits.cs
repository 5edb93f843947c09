namespace SegFromScratch.Training.Data.Annotations;

/// <summary>What a file of annotations may ask for: such files come from strangers.</summary>
internal static class AnnotationLimits
{
    /// <summary>Most bytes of a file: 1 GiB. COCO's largest has 450 MB.</summary>
    public const long FileBytes = 1L << 30;

    /// <summary>Most levels of arrays and objects in each other. The formats need 8.</summary>
    public const int Depth = 64;

    /// <summary>Most regions of one image.</summary>
    public const int RegionsPerImage = 20_000;

    /// <summary>Most corners of one polygon.</summary>
    public const int PointsPerPolygon = 200_000;

    /// <summary>Most classes, background included: masks hold 255 labels and one for what does not count.</summary>
    public const int Classes = 255;
}
