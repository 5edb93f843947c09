using SegFromScratch.Training.Images;

namespace SegFromScratch.Training.Data.Masks;

/// <summary>An image and the file that holds its class of every pixel.</summary>
/// <param name="Image">Path of the image.</param>
/// <param name="Mask">Path of the mask.</param>
public sealed record ImageMaskPair(string Image, string Mask);

/// <summary>Images with masks in files, one mask an image.</summary>
public sealed class FolderDataSet : IDataSet
{
    private readonly ImageMaskPair[] _pairs;
    private readonly ClassTable _classes;
    private readonly byte _ignoreIndex;

    /// <summary>Makes a data set of pairs of files.</summary>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="pairs">Images with their masks.</param>
    /// <param name="classes">The classes; mask values go from 0 to their number - 1.</param>
    /// <param name="ignoreIndex">The one mask value beside them.</param>
    /// <exception cref="DataSetException">There is no pair.</exception>
    public FolderDataSet(string name, IEnumerable<ImageMaskPair> pairs, ClassTable classes, byte ignoreIndex)
    {
        ArgumentNullException.ThrowIfNull(classes);
        (Name, _pairs, _classes, _ignoreIndex) = (name, [.. pairs], classes, ignoreIndex);
        if (_pairs.Length == 0)
            throw new DataSetException($"{name}: no image in it.");
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>The folder that <see cref="KeyOf"/> counts from; null: keys are file names.</summary>
    public string? Root { get; init; }

    /// <summary>What the values of the masks mean.</summary>
    internal MaskCoding Coding { get; init; }

    /// <inheritdoc/>
    public int Count => _pairs.Length;

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames => _classes.Names;

    /// <inheritdoc/>
    public IReadOnlyList<(byte R, byte G, byte B)> ClassColors => _classes.Colors;

    /// <inheritdoc/>
    public int? IgnoreIndex => _ignoreIndex;

    /// <inheritdoc/>
    public bool IsMultiLabel => false;

    /// <inheritdoc/>
    public string NameOf(int index) => Path.GetFileName(_pairs[index].Image);

    /// <inheritdoc/>
    public string KeyOf(int index) => Root is null ? NameOf(index) : Path.GetRelativePath(Root, _pairs[index].Image).Replace(Path.DirectorySeparatorChar, '/');

    /// <inheritdoc/>
    public (int Width, int Height) SizeOf(int index) => ImageReading.Size(_pairs[index].Image);

    /// <inheritdoc/>
    public Sample Load(int index)
    {
        ImageMaskPair pair = _pairs[index];
        Image image = ImageReading.Rgb(pair.Image);
        ClassMap target = ReadTarget(pair);
        if ((image.Width, image.Height) != (target.Width, target.Height))
        {
            throw new DataSetException(
                $"{pair.Mask}: the mask is {target.Width}x{target.Height} but its image {NameOf(index)} is {image.Width}x{image.Height}; they must be equal.");
        }
        return new Sample(NameOf(index), image, target);
    }

    /// <inheritdoc/>
    public SampleTarget LoadTarget(int index) => ReadTarget(_pairs[index]);

    private ClassMap ReadTarget(ImageMaskPair pair)
    {
        IndexMask mask = MaskFile.Read(pair.Mask, Coding);
        CheckValues(mask, pair.Mask);
        return new ClassMap(mask, _ignoreIndex);
    }

    private void CheckValues(IndexMask mask, string path)
    {
        int classes = _classes.Names.Count;
        byte[] labels = mask.Labels;
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i] >= classes && labels[i] != _ignoreIndex)
            {
                throw new DataSetException(
                    $"{path}: value {labels[i]} at column {i % mask.Width}, row {i / mask.Width}, but there are {classes} classes (0 to {classes - 1}) "
                    + $"and ignore index {_ignoreIndex}; mend the mask, classes.txt or --ignore-index.");
            }
        }
    }
}
