using System.Security.Cryptography;
using System.Text;

namespace SegFromScratch.Engine.Devices;

/// <summary>
/// Compiled programs on disk, so that only the first start on a machine waits for the driver's compiler.
/// An entry begins with the SHA-256 of its key and its content: what is cut off, damaged, of another key or larger than
/// <see cref="LargestEntry"/> counts as absent, and no driver is ever fed with it.
/// The cache is a convenience: where it cannot be read or written, programs are compiled.
/// </summary>
/// <param name="folder">Where the entries lie; it is made when the first is written.</param>
public sealed class KernelCache(string folder)
{
    /// <summary>The most bytes of an entry: some hundred times the largest program, so that a file that is none is not read into memory.</summary>
    public const int LargestEntry = 64 << 20;

    /// <summary>Where the entries lie.</summary>
    public string Folder { get; } = folder;

    /// <summary>The cache of this user: the folder that SEG_CACHE names, else SegFromScratch/kernels among the user's local application data.</summary>
    public static KernelCache OfUser()
    {
        string? named = Environment.GetEnvironmentVariable("SEG_CACHE");
        return new KernelCache(string.IsNullOrEmpty(named)
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "SegFromScratch", "kernels")
            : named);
    }

    /// <summary>The key of a program: the SHA-256 over everything that its compiled form depends on, in hexadecimal.</summary>
    public static string Key(params ReadOnlySpan<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string part in parts)
        {
            // The length keeps ("ab", "c") apart from ("a", "bc").
            byte[] bytes = Encoding.UTF8.GetBytes(part);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The content of an entry, or null if there is none or it is damaged.</summary>
    public byte[]? Find(string key)
    {
        try
        {
            using FileStream file = File.OpenRead(PathOf(key));
            if (file.Length is < SHA256.HashSizeInBytes or > LargestEntry)
                return null;
            var entry = new byte[file.Length];
            file.ReadExactly(entry);
            byte[] content = entry[SHA256.HashSizeInBytes..];
            return Seal(key, content).AsSpan().SequenceEqual(entry.AsSpan(0, SHA256.HashSizeInBytes)) ? content : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Writes an entry. Other processes see the whole entry or none.</summary>
    public void Store(string key, byte[] content)
    {
        try
        {
            Directory.CreateDirectory(Folder);
            string draft = PathOf($"{key}.{Guid.NewGuid():N}");
            File.WriteAllBytes(draft, [.. Seal(key, content), .. content]);
            File.Move(draft, PathOf(key), overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nothing is lost but time: the program is compiled again at the next start.
        }
    }

    /// <summary>The file of an entry.</summary>
    public string PathOf(string key) => Path.Combine(Folder, key + ".bin");

    private static byte[] Seal(string key, byte[] content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(key));
        hash.AppendData(content);
        return hash.GetHashAndReset();
    }
}
