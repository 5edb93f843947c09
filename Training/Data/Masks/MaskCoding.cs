using SegFromScratch.Training.Images;

namespace SegFromScratch.Training.Data.Masks;

/// <summary>What the values of mask files mean.</summary>
internal enum MaskCoding
{
    /// <summary>The class of the pixel, or the ignore index.</summary>
    ClassIndex,

    /// <summary>Oxford-IIIT Pet's trimaps: 1, 2, 3 stand for classes 0, 1, 2.</summary>
    Trimap,

    /// <summary>0 for class 0, and 255 or 1 for class 1.</summary>
    BlackAndWhite,

    /// <summary>0 for class 0, and the number of an instance for class 1.</summary>
    Instances,
}

/// <summary>Reads mask files as class maps.</summary>
internal static class MaskFile
{
    /// <summary>Reads one mask.</summary>
    /// <exception cref="DataSetException">The file is missing or damaged, or has a value that the coding does not know.</exception>
    public static IndexMask Read(string path, MaskCoding coding) => coding switch
    {
        MaskCoding.ClassIndex => ImageReading.Mask(path),
        MaskCoding.Trimap => Recode(path, value => value is >= 1 and <= 3 ? value - 1 : -1, "trimaps hold 1 (pet), 2 (background) and 3 (border)"),
        MaskCoding.BlackAndWhite => Recode(path, value => value switch { 0 => 0, 1 or 255 => 1, _ => -1 }, "black and white masks hold 0 and 255"),
        _ => ImageReading.Foreground(path),
    };

    private static IndexMask Recode(string path, Func<int, int> classOf, string rule)
    {
        IndexMask mask = ImageReading.Mask(path);
        byte[] labels = mask.Labels;
        Span<int> table = stackalloc int[256];
        for (int value = 0; value < table.Length; value++)
            table[value] = classOf(value);
        for (int i = 0; i < labels.Length; i++)
        {
            int label = table[labels[i]];
            if (label < 0)
                throw new DataSetException($"{path}: value {labels[i]} at column {i % mask.Width}, row {i / mask.Width}, but {rule}; mend the mask or choose another --layout.");
            labels[i] = (byte)label;
        }
        return mask;
    }
}
