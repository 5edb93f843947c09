namespace SegFromScratch.Training.Files;

/// <summary>Kinds of file that lie beside pictures and weights and are not read.</summary>
internal enum ForeignFormat
{
    /// <summary>None of them.</summary>
    None,

    /// <summary>Files packed into one: zip, tar, gzip, 7z, rar.</summary>
    Archive,

    /// <summary>NumPy's arrays: .npy, and .npz, a zip of them.</summary>
    NumPy,

    /// <summary>HDF5, in which Keras keeps weights, and Keras's own zip of it.</summary>
    Hdf5,
}

/// <summary>Tells files apart that are not read, so that whoever was given one can say the way out.</summary>
internal static class ForeignFile
{
    private const int SignatureLength = 8;

    private static readonly Dictionary<string, ForeignFormat> s_endings = new(StringComparer.OrdinalIgnoreCase)
    {
        [".npy"] = ForeignFormat.NumPy,
        [".npz"] = ForeignFormat.NumPy,
        [".h5"] = ForeignFormat.Hdf5,
        [".hdf5"] = ForeignFormat.Hdf5,
        [".keras"] = ForeignFormat.Hdf5,
        [".zip"] = ForeignFormat.Archive,
        [".tar"] = ForeignFormat.Archive,
        [".gz"] = ForeignFormat.Archive,
        [".tgz"] = ForeignFormat.Archive,
        [".bz2"] = ForeignFormat.Archive,
        [".xz"] = ForeignFormat.Archive,
        [".7z"] = ForeignFormat.Archive,
        [".rar"] = ForeignFormat.Archive,
    };

    /// <summary>What the ending of a name promises.</summary>
    public static ForeignFormat ByName(string path) => s_endings.GetValueOrDefault(Path.GetExtension(path));

    /// <summary>What a file is: by its name, for .npz and .keras are zips inside, and else by its first bytes. None where it cannot be read.</summary>
    public static ForeignFormat Of(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            Span<byte> start = stackalloc byte[SignatureLength];
            start = start[..stream.ReadAtLeast(start, SignatureLength, throwOnEndOfStream: false)];
            return ByName(path) is not ForeignFormat.None and var named ? named : ByContent(start);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return ForeignFormat.None;
        }
    }

    /// <summary>What the first bytes of a file say.</summary>
    public static ForeignFormat ByContent(ReadOnlySpan<byte> start) => start switch
    {
        [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', ..] => ForeignFormat.NumPy,
        [0x89, (byte)'H', (byte)'D', (byte)'F', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n', ..] => ForeignFormat.Hdf5,
        [(byte)'P', (byte)'K', 3, 4, ..] or [(byte)'P', (byte)'K', 5, 6, ..] => ForeignFormat.Archive,
        [0x1F, 0x8B, ..] or [(byte)'7', (byte)'z', 0xBC, 0xAF, ..] or [(byte)'R', (byte)'a', (byte)'r', (byte)'!', ..] => ForeignFormat.Archive,
        _ => ForeignFormat.None,
    };
}
