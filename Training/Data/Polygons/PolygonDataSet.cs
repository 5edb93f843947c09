using SegFromScratch.Training.Images;

namespace SegFromScratch.Training.Data.Polygons;

/// <summary>Images whose truth is painted from regions when it is asked for: class 0 where there is none.</summary>
internal sealed class PolygonDataSet : IDataSet
{
    private readonly AnnotatedImage[] _images;
    private readonly ClassTable _classes;
    private readonly byte _ignoreIndex;

    /// <summary>Makes a data set.</summary>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="images">Images with their regions.</param>
    /// <param name="classes">The classes; class 0 is where no region is.</param>
    /// <param name="ignoreIndex">The label of regions that count nowhere.</param>
    /// <exception cref="DataSetException">There is no image.</exception>
    public PolygonDataSet(string name, IEnumerable<AnnotatedImage> images, ClassTable classes, byte ignoreIndex)
    {
        (Name, _images, _classes, _ignoreIndex) = (name, [.. images], classes, ignoreIndex);
        if (_images.Length == 0)
            throw new DataSetException($"{name}: no image in it.");
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>The folder that <see cref="KeyOf"/> counts from.</summary>
    public required string Root { get; init; }

    /// <inheritdoc/>
    public int Count => _images.Length;

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames => _classes.Names;

    /// <inheritdoc/>
    public IReadOnlyList<(byte R, byte G, byte B)> ClassColors => _classes.Colors;

    /// <inheritdoc/>
    public int? IgnoreIndex => _ignoreIndex;

    /// <inheritdoc/>
    public bool IsMultiLabel => false;

    /// <inheritdoc/>
    public string NameOf(int index) => Path.GetFileName(_images[index].Path);

    /// <inheritdoc/>
    public string KeyOf(int index) => Path.GetRelativePath(Root, _images[index].Path).Replace(Path.DirectorySeparatorChar, '/');

    /// <inheritdoc/>
    public (int Width, int Height) SizeOf(int index) => ImageReading.Size(_images[index].Path);

    /// <inheritdoc/>
    public Sample Load(int index)
    {
        Image image = ImageReading.Rgb(_images[index].Path);
        return new Sample(NameOf(index), image, Paint(_images[index], image.Width, image.Height));
    }

    /// <inheritdoc/>
    public SampleTarget LoadTarget(int index)
    {
        (int width, int height) = SizeOf(index);
        return Paint(_images[index], width, height);
    }

    private ClassMap Paint(AnnotatedImage image, int width, int height)
    {
        if (image.Size is { } size && size != (width, height))
        {
            throw new DataSetException(
                $"{image.Source}: drawn on an image of {size.Width}x{size.Height}, but {image.Path} is {width}x{height}; give the image that was annotated.");
        }
        var mask = new IndexMask(width, height, new byte[width * height]);
        foreach (Region region in image.Regions)
        {
            try
            {
                region.Paint(mask);
            }
            catch (ArgumentException exception)
            {
                throw new DataSetException($"{image.Source}: {exception.Message}; mend or remove the region.", exception);
            }
        }
        return new ClassMap(mask, _ignoreIndex);
    }
}
