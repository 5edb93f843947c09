namespace SegFromScratch.Training.Data.Loading;

/// <summary>
/// Samples side by side, ready for the device. Its arrays are used again for later batches, so they are read until the batch is
/// returned to its loader and no longer. In an epoch's last batch, which may be short, only the first <see cref="Count"/> samples count.
/// </summary>
public sealed class Batch
{
    private readonly string[] _names;

    internal Batch(int capacity, int width, int height, int layerCount)
    {
        (Width, Height, LayerCount) = (width, height, layerCount);
        Images = new float[capacity * 3 * height * width];
        ClassMap = new int[layerCount == 0 ? capacity * height * width : 0];
        Layers = new float[capacity * layerCount * height * width];
        _names = new string[capacity];
    }

    /// <summary>Samples in it.</summary>
    public int Count { get; private set; }

    /// <summary>Columns of each sample.</summary>
    public int Width { get; }

    /// <summary>Rows of each sample.</summary>
    public int Height { get; }

    /// <summary>Layers of each target; 0 where targets are class maps.</summary>
    public int LayerCount { get; }

    /// <summary>Count x 3 x Height x Width normalised values.</summary>
    public float[] Images { get; }

    /// <summary>Count x Height x Width class indices; empty where targets are layers.</summary>
    public int[] ClassMap { get; }

    /// <summary>Count x LayerCount x Height x Width zeros and ones; empty where targets are class maps.</summary>
    public float[] Layers { get; }

    /// <summary>The samples' file names.</summary>
    public ReadOnlySpan<string> Names => _names.AsSpan(0, Count);

    /// <summary>Where in the run it stands.</summary>
    public BatchPosition Position { get; private set; }

    /// <summary>True for the last batch of an epoch.</summary>
    public bool EndsEpoch { get; private set; }

    internal void Begin(BatchPosition position, int count, bool endsEpoch) => (Position, Count, EndsEpoch) = (position, count, endsEpoch);

    internal void SetName(int slot, string name) => _names[slot] = name;
}
