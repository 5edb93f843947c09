using SegFromScratch.Training.Images;

namespace SegFromScratch.Training.Data;

/// <summary>What the network shall say about an image: either a <see cref="ClassMap"/> or <see cref="LayerMasks"/>.</summary>
public abstract class SampleTarget
{
    private protected SampleTarget(int width, int height) => (Width, Height) = (width, height);

    /// <summary>Columns; equal to the image's.</summary>
    public int Width { get; }

    /// <summary>Rows; equal to the image's.</summary>
    public int Height { get; }

    /// <summary>The classes that at least one pixel has, ascending; void pixels have none.</summary>
    /// <param name="classCount">Classes, at least 1.</param>
    public IReadOnlyList<int> PresentClasses(int classCount)
    {
        long[] pixels = new long[classCount];
        CountPixels(pixels);
        return [.. Enumerable.Range(0, classCount).Where(index => pixels[index] > 0)];
    }

    /// <summary>Adds the number of pixels of each class to <paramref name="counts"/>. A pixel that belongs to several classes counts for each.</summary>
    /// <param name="counts">One sum a class.</param>
    /// <returns>The pixels that are void, which no class counts.</returns>
    public abstract long CountPixels(Span<long> counts);
}

/// <summary>Exactly one class for every pixel.</summary>
public sealed class ClassMap : SampleTarget
{
    /// <summary>Wraps a mask.</summary>
    /// <param name="mask">One class index a pixel; kept, not copied.</param>
    /// <param name="ignoreIndex">The value of pixels that count neither in the loss nor in the metrics; padding gets it too.</param>
    public ClassMap(IndexMask mask, byte ignoreIndex)
        : base(Checked(mask).Width, mask.Height) => (Mask, IgnoreIndex) = (mask, ignoreIndex);

    /// <summary>One class index a pixel.</summary>
    public IndexMask Mask { get; }

    /// <summary>The value of pixels that count neither in the loss nor in the metrics.</summary>
    public byte IgnoreIndex { get; }

    /// <inheritdoc/>
    public override long CountPixels(Span<long> counts)
    {
        Span<long> values = stackalloc long[256];
        values.Clear();
        foreach (byte label in Mask.Labels)
            values[label]++;
        long ignored = values[IgnoreIndex];
        values[IgnoreIndex] = 0;
        for (int index = 0; index < counts.Length; index++)
            counts[index] += values[index];
        return ignored;
    }

    private static IndexMask Checked(IndexMask mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        return mask;
    }
}

/// <summary>One yes-or-no plane for every class: a pixel may belong to several classes or to none.</summary>
public sealed class LayerMasks : SampleTarget
{
    /// <summary>Wraps planes.</summary>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="layerCount">Planes, one a class.</param>
    /// <param name="layers">LayerCount x Height x Width bytes, each 0 or 1; kept, not copied.</param>
    /// <exception cref="ArgumentException">The sizes do not fit the bytes.</exception>
    public LayerMasks(int width, int height, int layerCount, byte[] layers)
        : base(width, height)
    {
        ArgumentNullException.ThrowIfNull(layers);
        if (layers.LongLength != (long)layerCount * height * width)
            throw new ArgumentException($"{layerCount}x{height}x{width} needs {(long)layerCount * height * width} bytes, not {layers.LongLength}.", nameof(layers));
        (LayerCount, Layers) = (layerCount, layers);
    }

    /// <summary>Planes, one a class.</summary>
    public int LayerCount { get; }

    /// <summary>LayerCount x Height x Width bytes, each 0 or 1.</summary>
    public byte[] Layers { get; }

    /// <inheritdoc/>
    public override long CountPixels(Span<long> counts)
    {
        for (int index = 0; index < LayerCount; index++)
        {
            ReadOnlySpan<byte> layer = Layer(index);
            counts[index] += layer.Length - layer.Count((byte)0);
        }
        return 0;
    }

    /// <summary>The Height x Width bytes of one class.</summary>
    public Span<byte> Layer(int index) => Layers.AsSpan(index * Width * Height, Width * Height);
}
