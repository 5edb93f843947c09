using System.Buffers.Binary;
using System.Numerics;

namespace SegFromScratch.Training.TensorBoard;

/// <summary>
/// The checksum of TFRecord files: CRC-32C (Castagnoli, polynomial 0x1EDC6F41, as in RFC 3720, B.4), computed by the processor's own instruction where it has one.
/// </summary>
public static class Crc32C
{
    private const uint MaskDelta = 0xa282ead8;

    /// <summary>The checksum of bytes; 0xE3069283 for the ASCII digits 1 to 9.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        uint sum = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (byte value in bytes)
            sum = BitOperations.Crc32C(sum, value);
        return ~sum;
    }

    /// <summary>
    /// The checksum as a TFRecord holds it: rotated right by 15 bits, plus 0xa282ead8. A checksum over bytes that contain their own checksum would be a constant; this one is not.
    /// Source: tensorflow/core/lib/hash/crc32c.h.
    /// </summary>
    public static uint Masked(ReadOnlySpan<byte> bytes) => unchecked(BitOperations.RotateRight(Of(bytes), 15) + MaskDelta);
}
