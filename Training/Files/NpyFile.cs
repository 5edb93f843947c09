using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace SegFromScratch.Training.Files;

/// <summary>Writes arrays for NumPy: format 1.0 of <c>numpy.lib.format</c>. Reading is <c>numpy.load</c>.</summary>
public static class NpyFile
{
    private const int Alignment = 64, PrefixLength = 10;

    /// <summary>Writes float32 numbers, the last size running fastest, as a whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="values">The numbers.</param>
    /// <param name="sizes">The array's sizes.</param>
    /// <exception cref="ArgumentException">The sizes do not fit the numbers.</exception>
    /// <exception cref="FileWriteException">The file cannot be written.</exception>
    public static void Write(string path, float[] values, params int[] sizes)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(sizes);
        if (sizes.Aggregate(1L, (product, size) => product * size) != values.Length)
            throw new ArgumentException($"{values.Length} numbers do not fill an array of {string.Join(" x ", sizes)}", nameof(sizes));
        AtomicFile.Write(path, stream =>
        {
            stream.Write(Header(sizes));
            if (BitConverter.IsLittleEndian)
            {
                stream.Write(MemoryMarshal.AsBytes(values.AsSpan()));
                return;
            }

            Span<byte> bytes = stackalloc byte[sizeof(float)];
            foreach (float value in values)
            {
                BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
                stream.Write(bytes);
            }
        });
    }

    // A Python dictionary as text, filled up with blanks so that the numbers begin at a multiple of 64 bytes.
    private static byte[] Header(int[] sizes)
    {
        string shape = string.Concat(sizes.Select(size => size.ToString(CultureInfo.InvariantCulture) + ", "));
        string text = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({shape}), }}";
        int length = (PrefixLength + text.Length + 1 + Alignment - 1) / Alignment * Alignment;
        byte[] header = [0x93, .. "NUMPY"u8, 1, 0, 0, 0, .. Encoding.ASCII.GetBytes(text.PadRight(length - PrefixLength - 1)), (byte)'\n'];
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(PrefixLength - 2), (ushort)(length - PrefixLength));
        return header;
    }
}
