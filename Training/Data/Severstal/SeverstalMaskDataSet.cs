using SegFromScratch.Training.Data.Masks;
using SegFromScratch.Training.Images;

namespace SegFromScratch.Training.Data.Severstal;

/// <summary>An image and a mask file for each kind of defect.</summary>
/// <param name="Image">Path of the image.</param>
/// <param name="Masks">Paths of the masks, in the order of the classes.</param>
internal sealed record LayeredSample(string Image, IReadOnlyList<string> Masks);

/// <summary>Steel strips whose defects are in one mask file a kind. Masks that are smaller by a whole factor are enlarged to the image's size, each value to a square.</summary>
internal sealed class SeverstalMaskDataSet : IDataSet
{
    private readonly LayeredSample[] _samples;

    /// <summary>Makes a data set.</summary>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="samples">Images with their masks.</param>
    /// <exception cref="DataSetException">There is no sample.</exception>
    public SeverstalMaskDataSet(string name, IEnumerable<LayeredSample> samples)
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
    public IReadOnlyList<string> ClassNames => ClassTable.Steel.Names;

    /// <inheritdoc/>
    public IReadOnlyList<(byte R, byte G, byte B)> ClassColors => ClassTable.Steel.Colors;

    /// <inheritdoc/>
    public int? IgnoreIndex => null;

    /// <inheritdoc/>
    public bool IsMultiLabel => true;

    /// <inheritdoc/>
    public string NameOf(int index) => Path.GetFileName(_samples[index].Image);

    /// <inheritdoc/>
    public (int Width, int Height) SizeOf(int index) => ImageReading.Size(_samples[index].Image);

    /// <inheritdoc/>
    public Sample Load(int index)
    {
        Image image = ImageReading.Rgb(_samples[index].Image);
        return new Sample(NameOf(index), image, ReadMasks(index, image.Width, image.Height));
    }

    /// <inheritdoc/>
    public SampleTarget LoadTarget(int index)
    {
        (int width, int height) = SizeOf(index);
        return ReadMasks(index, width, height);
    }

    private LayerMasks ReadMasks(int index, int width, int height)
    {
        IReadOnlyList<string> files = _samples[index].Masks;
        var masks = new LayerMasks(width, height, files.Count, new byte[files.Count * width * height]);
        for (int layer = 0; layer < files.Count; layer++)
        {
            IndexMask mask = MaskFile.Read(files[layer], MaskCoding.BlackAndWhite);
            int factor = width / mask.Width;
            if (factor < 1 || (mask.Width * factor, mask.Height * factor) != (width, height))
            {
                throw new DataSetException(
                    $"{files[layer]}: the mask is {mask.Width}x{mask.Height} but its image {NameOf(index)} is {width}x{height}; they must be equal, or the image larger by a whole factor.");
            }

            Enlarge(mask, factor, masks.Layer(layer));
        }

        return masks;
    }

    private static void Enlarge(IndexMask mask, int factor, Span<byte> layer)
    {
        int width = mask.Width * factor;
        for (int y = 0; y < mask.Height * factor; y++)
        {
            ReadOnlySpan<byte> source = mask.Labels.AsSpan(y / factor * mask.Width, mask.Width);
            Span<byte> row = layer.Slice(y * width, width);
            for (int x = 0; x < width; x++)
                row[x] = source[x / factor];
        }
    }
}
