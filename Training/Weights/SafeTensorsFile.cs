using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using SegFromScratch.Training.Files;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Training.Weights;

/// <summary>
/// A safetensors file opened for reading: the header is read and checked at once, each tensor when it is asked for, so that a file
/// larger than memory can be opened. Reading is safe from several threads.
/// </summary>
/// <remarks>
/// The file is 8 bytes of header length (little-endian), a JSON header, and the tensors' bytes without gaps. The rules are those of
/// the format's own reader, with one more: members that the format does not have are refused.
/// </remarks>
public sealed class SafeTensorsFile : IDisposable
{
    /// <summary>The longest header that is read, 100 MB, as in the format's own reader.</summary>
    public const long MaximumHeaderLength = 100_000_000;

    private const int LengthSize = sizeof(ulong);
    private const int ChunkSize = 1 << 14;

    private readonly SafeFileHandle _handle;
    private readonly long _dataStart;
    private readonly Dictionary<string, WeightEntry> _entries;

    private SafeTensorsFile(string path, SafeFileHandle handle)
    {
        (Path, _handle) = (path, handle);
        byte[] json = ReadHeader();
        _dataStart = LengthSize + json.LongLength;
        SafeTensorsHeader header = SafeTensorsHeader.Parse(path, json, RandomAccess.GetLength(handle) - _dataStart);
        Entries = header.Entries;
        Metadata = header.Metadata;
        _entries = header.Entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
    }

    /// <summary>The file's path, as it was given.</summary>
    public string Path { get; }

    /// <summary>The tensors, in the order of the header.</summary>
    public IReadOnlyList<WeightEntry> Entries { get; }

    /// <summary>The strings of <c>__metadata__</c>; empty where the file has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a file and checks its header.</summary>
    /// <exception cref="WeightFileException">The file is missing, unreadable, or breaks a rule of the format.</exception>
    public static SafeTensorsFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        SafeFileHandle? handle = null;
        try
        {
            handle = File.OpenHandle(path, options: FileOptions.RandomAccess);
            return new SafeTensorsFile(path, handle);
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

    /// <summary>Whether the file holds a tensor of this name.</summary>
    public bool Contains(string name) => _entries.ContainsKey(name);

    /// <summary>The description of a tensor.</summary>
    /// <exception cref="WeightFileException">The file has no such tensor.</exception>
    public WeightEntry Entry(string name) =>
        _entries.TryGetValue(name, out WeightEntry? entry) ? entry : throw Wrong(name, "is not in the file");

    /// <summary>Reads a tensor of any type as single precision, rounding where its type is wider; booleans become 0 and 1.</summary>
    /// <returns>Its elements in the file's order: the last size runs fastest.</returns>
    /// <exception cref="WeightFileException">The file has no such tensor, or it does not fit into one array.</exception>
    public float[] ReadSingle(string name)
    {
        float[] values = new float[ArrayLength(Entry(name))];
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
            ReadBytes(entry, 0, MemoryMarshal.AsBytes(destination));
        else
            Convert(entry, destination, WeightConversion.ToSingle);
    }

    /// <summary>Reads a tensor of integers or booleans.</summary>
    /// <returns>Its elements in the file's order: the last size runs fastest.</returns>
    /// <exception cref="WeightFileException">The file has no such tensor, it holds fractions, or it does not fit into one array.</exception>
    public long[] ReadInt64(string name)
    {
        WeightEntry entry = Entry(name);
        if (!WeightConversion.IsInteger(entry.DataType))
            throw Wrong(name, $"holds {entry.DataType.Name()}, not integers");
        long[] values = new long[ArrayLength(entry)];
        Convert<long>(entry, values, WeightConversion.ToInt64);
        return values;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _handle.Dispose();

    private byte[] ReadHeader()
    {
        long fileLength = RandomAccess.GetLength(_handle);
        Span<byte> lengthBytes = stackalloc byte[LengthSize];
        if (fileLength < LengthSize)
            throw Wrong($"it has only {fileLength} bytes and is no safetensors file");
        ReadBytes(0, lengthBytes);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(lengthBytes);
        if (length > (ulong)(fileLength - LengthSize))
            throw Wrong($"its header should have {length} bytes, but the file ends before that: it is cut short or no safetensors file");
        if (length > MaximumHeaderLength)
            throw Wrong($"its header has {length} bytes; at most {MaximumHeaderLength} are read");
        byte[] json = new byte[length];
        ReadBytes(LengthSize, json);
        return json;
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
            ReadBytes(entry, (long)start * size, bytes);
            convert(entry.DataType, bytes, destination.Slice(start, count));
        }
    }

    private void ReadBytes(WeightEntry entry, long offset, Span<byte> destination) =>
        ReadBytes(_dataStart + entry.Begin + offset, destination);

    private void ReadBytes(long position, Span<byte> destination)
    {
        try
        {
            while (!destination.IsEmpty)
            {
                int count = RandomAccess.Read(_handle, destination, position);
                if (count == 0)
                    throw Wrong("it became shorter while it was read");
                position += count;
                destination = destination[count..];
            }
        }
        catch (Exception cause) when (cause is IOException and not WeightFileException or UnauthorizedAccessException)
        {
            throw new WeightFileException($"'{OneLine.Text(Path)}': {OneLine.Text(cause.Message)}.", cause);
        }
    }

    private int ArrayLength(WeightEntry entry) =>
        entry.Elements <= Array.MaxLength ? (int)entry.Elements : throw Wrong(entry.Name, $"has {entry.Elements} elements, too many for one array");

    private static void CheckDestination(WeightEntry entry, int length)
    {
        if (entry.Elements != length)
            throw new ArgumentException($"'{entry.Name}' has {entry.Elements} elements, not {length}.", nameof(length));
    }

    private WeightFileException Wrong(string problem) => new($"'{OneLine.Text(Path)}': {problem}.");

    private WeightFileException Wrong(string name, string problem) => Wrong($"the tensor '{OneLine.Text(name)}' {problem}");
}
