using Microsoft.Win32.SafeHandles;
using SegFromScratch.Training.Files;

namespace SegFromScratch.Training.Weights.PyTorch;

/// <summary>
/// The weights of a <c>.pth</c> or <c>.pt</c> file that <c>torch.save</c> wrote, in its format since PyTorch 1.6. Python would run whatever such a file
/// asks for; here nothing is run, and a file that asks for more than tensors is refused.
/// </summary>
public sealed class PyTorchFile : WeightSource
{
    // Names and shapes of the largest networks take a megabyte.
    private const long MaximumPickleLength = 1 << 28;

    private readonly PyTorchArchive _archive;
    private readonly Dictionary<string, PickleTensor> _tensors;
    private readonly Lock _lock = new();

    // The storage read last: a tensor is read in pieces, and several tensors may share a storage.
    private (string Key, byte[] Bytes)? _storage;

    private PyTorchFile(string path, PyTorchArchive archive, List<KeyValuePair<string, PickleTensor>> tensors)
        : base(path, tensors.ConvertAll(tensor => new WeightEntry(tensor.Key, tensor.Value.Storage.DataType, tensor.Value.Shape)))
    {
        _archive = archive;
        _tensors = tensors.ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>Opens a file and checks what its tensors say about themselves; their numbers are checked when they are read.</summary>
    /// <exception cref="WeightFileException">The file is missing, unreadable, of another or an older format, damaged, or asks for something that weights do not need.</exception>
    public static new PyTorchFile Open(string path) => OpenFile(path, handle =>
    {
        RefuseOldFormat(path, handle);
        PyTorchArchive archive = PyTorchArchive.Open(path, handle);
        long length = archive.Length("data.pkl");
        if (length > MaximumPickleLength)
            throw Wrong(path, $"its data.pkl has {length} bytes; at most {MaximumPickleLength} are read");
        List<KeyValuePair<string, PickleTensor>> tensors = StateDictionary.Find(path, PickleReader.Read(path, archive.Read("data.pkl")));
        HashSet<string> names = new(StringComparer.Ordinal);
        long total = 0;
        foreach ((string name, PickleTensor tensor) in tensors)
        {
            if (!names.Add(name))
                throw Wrong(path, $"the tensor '{OneLine.Text(name)}' is in it twice");
            total += Check(path, archive, name, tensor);
            if (total > archive.MaximumLength)
                throw Wrong(path, "its tensors share storages so often that together they are many times larger than the file");
        }

        return new PyTorchFile(path, archive, tensors);
    });

    /// <summary>Whether a file begins like one of PyTorch's, of the present or an older format. False for a file that cannot be read.</summary>
    public static bool IsLikely(string path) => WeightSignatures.Of(path) is WeightSignature.Archive or WeightSignature.Pickle;

    /// <inheritdoc/>
    public override void Dispose() => _archive.Dispose();

    /// <inheritdoc/>
    protected override void ReadElements(WeightEntry entry, long first, Span<byte> destination)
    {
        PickleTensor tensor = _tensors[entry.Name];
        if (destination.IsEmpty)
            return;
        lock (_lock)
            TensorView.Copy(Storage(tensor.Storage.Key), tensor, first, destination);
    }

    private byte[] Storage(string key)
    {
        if (_storage is not { } storage || storage.Key != key)
        {
            // Let go of the old one first: two at once would double the memory.
            _storage = null;
            _storage = storage = (key, _archive.Read($"data/{key}"));
        }

        return storage.Bytes;
    }

    private static long Check(string path, PyTorchArchive archive, string name, PickleTensor tensor)
    {
        long available = archive.Length($"data/{tensor.Storage.Key}");
        if (tensor.Storage.Elements > available / tensor.Storage.DataType.Size())
            throw Wrong(path, $"the tensor '{OneLine.Text(name)}' needs a storage of {tensor.Storage.Elements} elements {tensor.Storage.DataType.Name()}, but that has only {available} bytes");
        if (TensorView.Problem(tensor) is { } problem)
            throw Wrong(path, $"the tensor '{OneLine.Text(name)}' of shape [{string.Join(", ", tensor.Shape.Take(8))}] {problem}");

        // No more than the elements of the storage, as was just checked.
        return tensor.Shape.Aggregate((long)tensor.Storage.DataType.Size(), (product, size) => product * size);
    }

    private static void RefuseOldFormat(string path, SafeFileHandle handle)
    {
        if (WeightSignatures.Of(handle) == WeightSignature.Pickle)
            throw Wrong(path, "it is in the format of PyTorch before 1.6; in PyTorch, torch.save(torch.load(path), other) writes the present one");
    }

    private static WeightFileException Wrong(string path, string problem) => new($"'{OneLine.Text(path)}': {problem}.");
}
