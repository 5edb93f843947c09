using SegFromScratch.Training.Images;

namespace SegFromScratch.Training.Data.Nuclei;

/// <summary>An image and one mask file for each nucleus in it.</summary>
/// <param name="Image">Path of the image.</param>
/// <param name="Masks">Paths of the masks; none where there is no nucleus.</param>
internal sealed record NucleiSample(string Image, IReadOnlyList<string> Masks);

/// <summary>Images whose truth is the union of several mask files: class 1 where any of them is not 0.</summary>
internal sealed class NucleiDataSet : IDataSet
{
    private const byte Void = 255;

    private static readonly ClassTable _classes = ClassTable.FromNames(["background", "nucleus"]);

    private readonly NucleiSample[] _samples;

    /// <summary>Makes a data set.</summary>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="samples">Images with their masks.</param>
    /// <exception cref="DataSetException">There is no sample.</exception>
    public NucleiDataSet(string name, IEnumerable<NucleiSample> samples)
    {
        (Name, _samples) = (name, [.. samples]);
        if (_samples.Length == 0)
            throw new DataSetException($"{name}: no image in it.");
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Count => _samples.Length;

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames => _classes.Names;

    /// <inheritdoc/>
    public IReadOnlyList<(byte R, byte G, byte B)> ClassColors => _classes.Colors;

    /// <inheritdoc/>
    public int? IgnoreIndex => Void;

    /// <inheritdoc/>
    public bool IsMultiLabel => false;

    /// <inheritdoc/>
    public string NameOf(int index) => Path.GetFileName(_samples[index].Image);

    /// <inheritdoc/>
    public (int Width, int Height) SizeOf(int index) => ImageReading.Size(_samples[index].Image);

    /// <inheritdoc/>
    public Sample Load(int index)
    {
        Image image = ImageReading.Rgb(_samples[index].Image);
        return new Sample(NameOf(index), image, Union(_samples[index], image.Width, image.Height));
    }

    /// <inheritdoc/>
    public SampleTarget LoadTarget(int index)
    {
        (int width, int height) = SizeOf(index);
        return Union(_samples[index], width, height);
    }

    private static ClassMap Union(NucleiSample sample, int width, int height)
    {
        var union = new IndexMask(width, height, new byte[width * height]);
        foreach (string path in sample.Masks)
        {
            IndexMask mask = ImageReading.Foreground(path);
            if ((mask.Width, mask.Height) != (width, height))
            {
                throw new DataSetException(
                    $"{path}: the mask is {mask.Width}x{mask.Height} but its image {Path.GetFileName(sample.Image)} is {width}x{height}; they must be equal.");
            }
            for (int i = 0; i < union.Labels.Length; i++)
                union.Labels[i] |= mask.Labels[i];
        }
        return new ClassMap(union, Void);
    }
}
