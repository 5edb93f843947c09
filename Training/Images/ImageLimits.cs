namespace SegFromScratch.Training.Images;

/// <summary>What a picture file may ask for. Checked before anything of that size is allocated, so that a file of a few
/// hundred bytes which claims to be gigantic costs nothing.</summary>
public sealed record ImageLimits
{
    /// <summary>The limits that are used where none are given.</summary>
    public static ImageLimits Default { get; } = new();

    /// <summary>Most pixels (width x height) of a picture: 64 megapixels.</summary>
    public long MaximumPixels { get; init; } = 64L * 1024 * 1024;

    /// <summary>Most bytes of a file: 512 MiB.</summary>
    public long MaximumFileBytes { get; init; } = 512L * 1024 * 1024;

    /// <summary>Most scans of a JPEG: 100. Encoders write about ten; each one more is a pass over the whole picture.</summary>
    public int MaximumScans { get; init; } = 100;
}
