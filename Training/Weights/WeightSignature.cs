using Microsoft.Win32.SafeHandles;

namespace SegFromScratch.Training.Weights;

/// <summary>What a weight file is by its first bytes.</summary>
internal enum WeightSignature
{
    /// <summary>Neither, or it cannot be read.</summary>
    Unknown,

    /// <summary>Eight bytes of length and the '{' of JSON.</summary>
    SafeTensors,

    /// <summary>The zip archive that PyTorch writes since 1.6.</summary>
    Archive,

    /// <summary>The pickle that PyTorch wrote before.</summary>
    Pickle,
}

/// <summary>Tells weight files apart.</summary>
internal static class WeightSignatures
{
    private const int Length = 9;

    /// <summary>What a file begins like.</summary>
    public static WeightSignature Of(string path)
    {
        try
        {
            using SafeFileHandle handle = File.OpenHandle(path);
            return Of(handle);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return WeightSignature.Unknown;
        }
    }

    /// <summary>What an open file begins like.</summary>
    public static WeightSignature Of(SafeFileHandle handle)
    {
        Span<byte> bytes = stackalloc byte[Length];
        ReadOnlySpan<byte> start = bytes[..RandomAccess.Read(handle, bytes, 0)];
        return start switch
        {
            // The eight bytes of length could by chance begin like the others, so this comes first.
            [_, _, _, _, _, _, _, _, (byte)'{'] => WeightSignature.SafeTensors,
            [(byte)'P', (byte)'K', ..] => WeightSignature.Archive,
            [0x80, >= 2 and <= 5, ..] => WeightSignature.Pickle,
            _ => WeightSignature.Unknown,
        };
    }
}
