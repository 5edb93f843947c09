using System.IO.Compression;
using Microsoft.Win32.SafeHandles;
using SegFromScratch.Training.Files;
using SegFromScratch.Training.Images.Png;

namespace SegFromScratch.Training.Weights.PyTorch;

/// <summary>
/// The zip archive that <c>torch.save</c> writes since PyTorch 1.6: one folder with <c>data.pkl</c>, which describes the tensors, and
/// <c>data/0</c>, <c>data/1</c>, ..., which hold their numbers.
/// </summary>
internal sealed class PyTorchArchive : IDisposable
{
    // PyTorch does not compress. Whoever did it later saved a tenth, so a far larger gain is a trap for the memory.
    private const int MaximumGain = 32;

    private const string PickleName = "/data.pkl";
    private const string NoArchive = "it is no zip archive of PyTorch, or it is cut short or damaged";

    private readonly string _file;
    private readonly ZipArchive _zip;
    private readonly Dictionary<string, ZipArchiveEntry> _entries = new(StringComparer.Ordinal);
    private readonly string _folder;

    private PyTorchArchive(string file, SafeFileHandle handle)
    {
        _file = file;
        MaximumLength = MaximumGain * RandomAccess.GetLength(handle);
        _zip = new ZipArchive(new FileStream(handle, FileAccess.Read), ZipArchiveMode.Read);
        foreach (ZipArchiveEntry entry in _zip.Entries)
        {
            if (!_entries.TryAdd(entry.FullName, entry))
                throw Wrong($"'{OneLine.Text(entry.FullName)}' is in the archive twice");
        }

        string[] pickles = [.. _entries.Keys.Where(name => name.IndexOf('/', StringComparison.Ordinal) is > 0 and var end && name[end..] == PickleName)];
        if (pickles.Length != 1)
            throw Wrong($"it is a zip archive, but none of PyTorch: it holds {pickles.Length} files data.pkl");
        _folder = pickles[0][..^PickleName.Length];
    }

    /// <summary>The most bytes that a file of the archive, or all tensors together, may have.</summary>
    public long MaximumLength { get; }

    /// <summary>Reads the table of an archive.</summary>
    /// <param name="file">The file, for messages.</param>
    /// <param name="handle">The open file, which the archive closes.</param>
    /// <exception cref="WeightFileException">This is no archive of PyTorch's, or of a kind that holds no weights alone.</exception>
    public static PyTorchArchive Open(string file, SafeFileHandle handle)
    {
        PyTorchArchive archive = Guard(file, () => new PyTorchArchive(file, handle));
        if (archive._entries.ContainsKey($"{archive._folder}/constants.pkl"))
            throw archive.Wrong("it is a TorchScript program; in PyTorch, torch.save(torch.jit.load(path).state_dict(), other) makes a file that can be read");
        if (archive._entries.ContainsKey($"{archive._folder}/byteorder") && !archive.Read("byteorder").AsSpan().SequenceEqual("little"u8))
            throw archive.Wrong("its numbers are big-endian; only little-endian ones are read");
        return archive;
    }

    /// <summary>The bytes that a file of the archive has when it is unpacked.</summary>
    /// <exception cref="WeightFileException">There is no such file, or it pretends to be much larger than the archive.</exception>
    public long Length(string name)
    {
        ZipArchiveEntry entry = Entry(name);
        return entry.Length <= MaximumLength ? entry.Length : throw Wrong($"'{OneLine.Text(name)}' unpacks to {entry.Length} bytes, over {MaximumGain} times the whole archive");
    }

    /// <summary>Reads a file of the archive and checks its length and its CRC-32.</summary>
    /// <exception cref="WeightFileException">There is no such file, or it is damaged, encrypted or too large.</exception>
    public byte[] Read(string name) => Guard(_file, () =>
    {
        ZipArchiveEntry entry = Entry(name);
        long length = Length(name);
        if (entry.IsEncrypted)
            throw Wrong("it is encrypted");
        if (length > Array.MaxLength)
            throw Wrong($"'{OneLine.Text(name)}' has {length} bytes, too many for one array");
        byte[] bytes = new byte[length];
        using Stream stream = entry.Open();
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) != bytes.Length || stream.ReadByte() >= 0)
            throw Wrong($"'{OneLine.Text(name)}' has not the {length} bytes that the archive's table says");
        return Crc32.Append(0, bytes) == entry.Crc32 ? bytes : throw Wrong($"'{OneLine.Text(name)}' is damaged: its checksum does not fit");
    });

    /// <summary>Closes the file.</summary>
    public void Dispose() => _zip.Dispose();

    // A damaged archive meets these from the framework's reader, at any time: it reads the table late and a file's own header later.
    private static T Guard<T>(string file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception cause) when (cause is InvalidDataException or ArgumentException or NotSupportedException or OverflowException or IOException and not WeightFileException)
        {
            throw new WeightFileException($"'{OneLine.Text(file)}': {NoArchive} ({OneLine.Text(cause.Message)}).", cause);
        }
    }

    private ZipArchiveEntry Entry(string name) =>
        _entries.TryGetValue($"{_folder}/{name}", out ZipArchiveEntry? entry) ? entry : throw Wrong($"'{OneLine.Text(name)}' is not in the archive");

    private WeightFileException Wrong(string problem) => new($"'{OneLine.Text(_file)}': {problem}.");
}
