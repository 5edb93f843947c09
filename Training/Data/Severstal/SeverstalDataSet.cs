using SegFromScratch.Training.Images;

namespace SegFromScratch.Training.Data.Severstal;

/// <summary>
/// Steel strips with up to four kinds of defects: a folder of images and a <see cref="SeverstalTable"/>. Every image of the folder
/// counts; those the table does not name have no defect.
/// </summary>
public sealed class SeverstalDataSet : IDataSet
{
    private readonly string[] _images;
    private readonly SeverstalTable _table;

    /// <summary>Makes a data set of some images of a folder.</summary>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="images">Paths of the images.</param>
    /// <param name="table">The masks.</param>
    /// <exception cref="DataSetException">There is no image.</exception>
    public SeverstalDataSet(string name, IEnumerable<string> images, SeverstalTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        (Name, _images, _table) = (name, [.. images], table);
        if (_images.Length == 0)
            throw new DataSetException($"{name}: no image in it.");
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Count => _images.Length;

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames => ClassTable.Steel.Names;

    /// <inheritdoc/>
    public IReadOnlyList<(byte R, byte G, byte B)> ClassColors => ClassTable.Steel.Colors;

    /// <inheritdoc/>
    public int? IgnoreIndex => null;

    /// <inheritdoc/>
    public bool IsMultiLabel => true;

    /// <inheritdoc/>
    public string NameOf(int index) => Path.GetFileName(_images[index]);

    /// <inheritdoc/>
    public (int Width, int Height) SizeOf(int index) => ImageReading.Size(_images[index]);

    /// <inheritdoc/>
    public Sample Load(int index)
    {
        Image image = ImageReading.Rgb(_images[index]);
        return new Sample(NameOf(index), image, ReadMasks(NameOf(index), image.Width, image.Height));
    }

    /// <inheritdoc/>
    public SampleTarget LoadTarget(int index)
    {
        (int width, int height) = SizeOf(index);
        return ReadMasks(NameOf(index), width, height);
    }

    /// <inheritdoc/>
    public IReadOnlyList<int> ClassesOf(int index) => [.. _table.RowsOf(NameOf(index)).Select(row => row.ClassId - 1).Order()];

    private LayerMasks ReadMasks(string name, int width, int height)
    {
        var masks = new LayerMasks(width, height, SeverstalTable.ClassCount, new byte[SeverstalTable.ClassCount * width * height]);
        foreach (SeverstalRow row in _table.RowsOf(name))
        {
            try
            {
                RunLengthEncoding.Decode(row.EncodedPixels, masks.Layer(row.ClassId - 1), width, height);
            }
            catch (FormatException exception)
            {
                throw new DataSetException($"{_table.Path}, row {row.Row}, image {name}, class {row.ClassId}: {exception.Message}; mend or remove the row.", exception);
            }
        }
        return masks;
    }
}
