namespace SegFromScratch.Training.Images;

/// <summary>A class map: one class index a pixel, rows from top to bottom.</summary>
public sealed class IndexMask
{
    /// <summary>Wraps labels that are already in memory.</summary>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="labels">Height x Width class indices; kept, not copied.</param>
    /// <exception cref="ArgumentException">The sizes do not fit the labels.</exception>
    public IndexMask(int width, int height, byte[] labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (labels.LongLength != (long)width * height)
            throw new ArgumentException($"{width}x{height} needs {(long)width * height} labels, not {labels.LongLength}.", nameof(labels));
        (Width, Height, Labels) = (width, height, labels);
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Height x Width class indices.</summary>
    public byte[] Labels { get; }

    /// <summary>The class of one pixel.</summary>
    public ref byte this[int y, int x] => ref Labels[(y * Width) + x];
}
