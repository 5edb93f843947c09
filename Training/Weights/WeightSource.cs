using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using SegFromScratch.Training.Files;
using SegFromScratch.Training.Weights.PyTorch;

namespace SegFromScratch.Training.Weights;

/// <summary>
/// A file of named tensors, opened for reading: what it holds is known at once, each tensor is read when it is asked for.
/// Reading is safe from several threads.
/// </summary>
public abstract class WeightSource : IDisposable
{
    private const int ChunkSize = 1 << 14;

    private readonly Dictionary<string, WeightEntry> _byName;

    /// <summary>Keeps what the file holds.</summary>
    /// <param name="path">The file, as it was given.</param>
    /// <param name="entries">Its tensors; no name occurs twice.</param>
    protected WeightSource(string path, IReadOnlyList<WeightEntry> entries)
    {
        (Path, Entries) = (path, entries);
        _byName = entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
    }

    /// <summary>The file's path, as it was given.</summary>
    public string Path { get; }

    /// <summary>The tensors, in the file's order.</summary>
    public IReadOnlyList<WeightEntry> Entries { get; }

    /// <summary>Opens a weight file of either kind, told apart by its first bytes: safetensors, or PyTorch's zip archive.</summary>
    /// <exception cref="WeightFileException">The file is missing, unreadable, of neither kind, or damaged.</exception>
    public static WeightSource Open(string path) =>
        RefusedWeights.Of(path) is { } refusal ? throw refusal
        : PyTorchFile.IsLikely(path) ? PyTorchFile.Open(path)
        : SafeTensorsFile.Open(path);

    /// <summary>Whether the file holds a tensor of this name.</summary>
    public bool Contains(string name) => _byName.ContainsKey(name);

    /// <summary>The description of a tensor.</summary>
    /// <exception cref="WeightFileException">The file has no such tensor.</exception>
    public WeightEntry Entry(string name) =>
        _byName.TryGetValue(name, out WeightEntry? entry) ? entry : throw Wrong(name, "is not in the file");

    /// <summary>Reads a tensor of any type as single precision, rounding where its type is wider; booleans become 0 and 1.</summary>
    /// <returns>Its elements: the last size runs fastest.</returns>
    /// <exception cref="WeightFileException">The file has no such tensor, or it does not fit into one array.</exception>
    public float[] ReadSingle(string name)
    {
        float[] values = new float[ArrayLength(Entry(name), unit: 1)];
        ReadSingle(name, values);
        return values;
    }

    /// <summary>Reads a tensor of any type as single precision into memory that is already there.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="destination">As many elements as the tensor has.</param>
    /// <exception cref="WeightFileException">The file has no such tensor.</exception>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    public void ReadSingle(string name, Span<float> destination)
    {
        WeightEntry entry = Entry(name);
        CheckDestination(entry, destination.Length);
        if (entry.DataType == WeightDataType.Single && BitConverter.IsLittleEndian && destination.Length <= int.MaxValue / sizeof(float))
            ReadElements(entry, 0, MemoryMarshal.AsBytes(destination));
        else
            Convert(entry, destination, WeightConversion.ToSingle);
    }

    /// <summary>Reads a tensor of integers or booleans.</summary>
    /// <returns>Its elements: the last size runs fastest.</returns>
    /// <exception cref="WeightFileException">The file has no such tensor, it holds fractions, or it does not fit into one array.</exception>
    public long[] ReadInt64(string name)
    {
        WeightEntry entry = Entry(name);
        if (!WeightConversion.IsInteger(entry.DataType))
            throw Wrong(name, $"holds {entry.DataType.Name()}, not integers");
        long[] values = new long[ArrayLength(entry, unit: 1)];
        Convert<long>(entry, values, WeightConversion.ToInt64);
        return values;
    }

    /// <summary>Reads a tensor as it is, to be written to another file.</summary>
    /// <exception cref="WeightFileException">The file has no such tensor, or it does not fit into one array.</exception>
    public WeightTensor ReadTensor(string name)
    {
        WeightEntry entry = Entry(name);
        byte[] bytes = new byte[ArrayLength(entry, entry.DataType.Size())];
        ReadElements(entry, 0, bytes);
        return WeightTensor.OfLittleEndian(entry.DataType, bytes, [.. entry.Shape]);
    }

    /// <summary>Closes the file.</summary>
    public abstract void Dispose();

    /// <summary>Reads some elements of a tensor: the last size runs fastest.</summary>
    /// <param name="entry">One of <see cref="Entries"/>.</param>
    /// <param name="first">The number of elements before the first one wanted.</param>
    /// <param name="destination">Takes whole elements, little-endian.</param>
    /// <exception cref="WeightFileException">The file cannot be read, or this part of it is damaged.</exception>
    protected abstract void ReadElements(WeightEntry entry, long first, Span<byte> destination);

    /// <summary>Opens a file and reads what it holds, with every failure of the system as one line.</summary>
    /// <exception cref="WeightFileException">The file is missing or unreadable, or what <paramref name="read"/> throws.</exception>
    private protected static T OpenFile<T>(string path, Func<SafeFileHandle, T> read)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        SafeFileHandle? handle = null;
        try
        {
            handle = File.OpenHandle(path, options: FileOptions.RandomAccess);
            return read(handle);
        }
        catch (Exception cause)
        {
            handle?.Dispose();
            string? reason = cause switch
            {
                WeightFileException => null,
                FileNotFoundException or DirectoryNotFoundException => "there is no such file",
                UnauthorizedAccessException when Directory.Exists(path) => "this is a folder, not a file",
                UnauthorizedAccessException => "no permission to read it",
                IOException or NotSupportedException => OneLine.Text(cause.Message),
                _ => null,
            };
            if (reason is null)
                throw;
            throw new WeightFileException($"'{OneLine.Text(path)}': {reason}.", cause);
        }
    }

    private delegate void Converter<T>(WeightDataType type, ReadOnlySpan<byte> source, Span<T> destination);

    private void Convert<T>(WeightEntry entry, Span<T> destination, Converter<T> convert)
    {
        int size = entry.DataType.Size();
        Span<byte> chunk = stackalloc byte[ChunkSize];
        for (int start = 0; start < destination.Length; start += ChunkSize / size)
        {
            int count = Math.Min(ChunkSize / size, destination.Length - start);
            Span<byte> bytes = chunk[..(count * size)];
            ReadElements(entry, start, bytes);
            convert(entry.DataType, bytes, destination.Slice(start, count));
        }
    }

    private int ArrayLength(WeightEntry entry, int unit) => entry.Elements <= Array.MaxLength / unit
        ? (int)entry.Elements * unit
        : throw Wrong(entry.Name, $"has {entry.Elements} elements, too many for one array");

    private static void CheckDestination(WeightEntry entry, int length)
    {
        if (entry.Elements != length)
            throw new ArgumentException($"'{entry.Name}' has {entry.Elements} elements, not {length}.", nameof(length));
    }

    private WeightFileException Wrong(string name, string problem) =>
        new($"'{OneLine.Text(Path)}': the tensor '{OneLine.Text(name)}' {problem}.");
}
