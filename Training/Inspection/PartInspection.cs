using System.Text.Json.Serialization;

namespace SegFromScratch.Training.Inspection;

/// <summary>What is in one part of a data set.</summary>
public sealed record PartInspection
{
    /// <summary>The part's name, such as "camvid train".</summary>
    public required string Name { get; init; }

    /// <summary>Images that could be read; all other numbers are about these.</summary>
    public required int Images { get; init; }

    /// <summary>What is wrong with each image that could not be read, one line each.</summary>
    public required IReadOnlyList<string> Broken { get; init; }

    /// <summary>The sizes there are, the most frequent first.</summary>
    public required IReadOnlyList<SizeCount> Sizes { get; init; }

    /// <summary>All pixels.</summary>
    public required long Pixels { get; init; }

    /// <summary>Pixels with the ignore index.</summary>
    public required long VoidPixels { get; init; }

    /// <summary>The classes in the order of their indices.</summary>
    public required IReadOnlyList<ClassInspection> Classes { get; init; }

    /// <summary>Element n is the number of images with exactly n classes.</summary>
    public required IReadOnlyList<int> ImagesByClassCount { get; init; }

    /// <summary>Images that show nothing: no class at all where masks may overlap, else none but class 0.</summary>
    public required int EmptyImages { get; init; }

    /// <summary>Mean of red, green and blue over all pixels, as shares of white.</summary>
    public required IReadOnlyList<double> ChannelMeans { get; init; }

    /// <summary>Standard deviation of red, green and blue over all pixels, as shares of white.</summary>
    public required IReadOnlyList<double> ChannelDeviations { get; init; }

    /// <summary>What answers score that do not look at the image; a network below them has learned nothing.</summary>
    public required IReadOnlyList<Baseline> Baselines { get; init; }

    /// <summary>Numbers of samples that show each class, for a gallery.</summary>
    [JsonIgnore]
    public IReadOnlyList<GalleryExample> Examples { get; init; } = [];
}

/// <summary>How many images have a size.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Images">Images of this size.</param>
public sealed record SizeCount(int Width, int Height, int Images);

/// <summary>How often a class occurs.</summary>
/// <param name="Name">The class.</param>
/// <param name="Images">Images with at least one pixel of it.</param>
/// <param name="ImageShare">Those, of all images.</param>
/// <param name="Pixels">Pixels of it.</param>
/// <param name="PixelShare">Those, of all pixels, void ones included.</param>
public sealed record ClassInspection(string Name, int Images, double ImageShare, long Pixels, double PixelShare);

/// <summary>A score that needs no network.</summary>
/// <param name="Answer">What is answered for every image.</param>
/// <param name="Metric">The name of the score.</param>
/// <param name="Score">From 0 to 1.</param>
public sealed record Baseline(string Answer, string Metric, double Score);

/// <summary>A sample worth a look.</summary>
/// <param name="Title">Why: a class's name, or "empty".</param>
/// <param name="Index">The sample's number in its part.</param>
public sealed record GalleryExample(string Title, int Index);
