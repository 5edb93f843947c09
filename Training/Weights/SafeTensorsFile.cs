using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using SegFromScratch.Training.Files;

namespace SegFromScratch.Training.Weights;

/// <summary>
/// A safetensors file opened for reading: the header is read and checked at once, each tensor when it is asked for, so that a file
/// larger than memory can be opened. Reading is safe from several threads.
/// </summary>
/// <remarks>
/// The file is 8 bytes of header length (little-endian), a JSON header, and the tensors' bytes without gaps. The rules are those of
/// the format's own reader, with one more: members that the format does not have are refused.
/// </remarks>
public sealed class SafeTensorsFile : WeightSource
{
    /// <summary>The longest header that is read, 100 MB, as in the format's own reader.</summary>
    public const long MaximumHeaderLength = 100_000_000;

    private const int LengthSize = sizeof(ulong);

    private readonly SafeFileHandle _handle;
    private readonly long _dataStart;

    private SafeTensorsFile(string path, SafeFileHandle handle, SafeTensorsHeader header, long dataStart)
        : base(path, header.Entries) => (_handle, _dataStart, Metadata) = (handle, dataStart, header.Metadata);

    /// <summary>The strings of <c>__metadata__</c>; empty where the file has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a file and checks its header.</summary>
    /// <exception cref="WeightFileException">The file is missing, unreadable, or breaks a rule of the format.</exception>
    public static new SafeTensorsFile Open(string path) => OpenFile(path, handle =>
    {
        byte[] json = ReadHeader(path, handle);
        long dataStart = LengthSize + json.LongLength;
        SafeTensorsHeader header = SafeTensorsHeader.Parse(path, json, RandomAccess.GetLength(handle) - dataStart);
        return new SafeTensorsFile(path, handle, header, dataStart);
    });

    /// <inheritdoc/>
    public override void Dispose() => _handle.Dispose();

    /// <inheritdoc/>
    protected override void ReadElements(WeightEntry entry, long first, Span<byte> destination) =>
        ReadBytes(Path, _handle, _dataStart + ((SafeTensorsEntry)entry).Begin + (first * entry.DataType.Size()), destination);

    private static byte[] ReadHeader(string path, SafeFileHandle handle)
    {
        long fileLength = RandomAccess.GetLength(handle);
        Span<byte> lengthBytes = stackalloc byte[LengthSize];
        if (fileLength < LengthSize)
            throw Wrong(path, $"it has only {fileLength} bytes and is no safetensors file");
        ReadBytes(path, handle, 0, lengthBytes);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(lengthBytes);
        if (length > (ulong)(fileLength - LengthSize))
            throw Wrong(path, $"its header should have {length} bytes, but the file ends before that: it is cut short or no safetensors file");
        if (length > MaximumHeaderLength)
            throw Wrong(path, $"its header has {length} bytes; at most {MaximumHeaderLength} are read");
        byte[] json = new byte[length];
        ReadBytes(path, handle, LengthSize, json);
        return json;
    }

    private static void ReadBytes(string path, SafeFileHandle handle, long position, Span<byte> destination)
    {
        try
        {
            while (!destination.IsEmpty)
            {
                int count = RandomAccess.Read(handle, destination, position);
                if (count == 0)
                    throw Wrong(path, "it became shorter while it was read");
                position += count;
                destination = destination[count..];
            }
        }
        catch (Exception cause) when (cause is IOException and not WeightFileException or UnauthorizedAccessException)
        {
            throw new WeightFileException($"'{OneLine.Text(path)}': {OneLine.Text(cause.Message)}.", cause);
        }
    }

    private static WeightFileException Wrong(string path, string problem) => new($"'{OneLine.Text(path)}': {problem}.");
}
