using System.Buffers.Binary;

namespace SegFromScratch.Training.Weights;

/// <summary>Turns the little-endian bytes of a weight file into numbers.</summary>
internal static class WeightConversion
{
    /// <summary>Whether a type holds whole numbers only.</summary>
    public static bool IsInteger(WeightDataType type) =>
        type is WeightDataType.Int64 or WeightDataType.Int32 or WeightDataType.Byte or WeightDataType.Boolean;

    /// <summary>Any type to single precision, to the nearest value.</summary>
    public static void ToSingle(WeightDataType type, ReadOnlySpan<byte> source, Span<float> destination)
    {
        int size = type.Size();
        for (int i = 0; i < destination.Length; i++)
        {
            ReadOnlySpan<byte> element = source.Slice(i * size, size);
            destination[i] = type switch
            {
                WeightDataType.Single => BinaryPrimitives.ReadSingleLittleEndian(element),
                WeightDataType.Double => (float)BinaryPrimitives.ReadDoubleLittleEndian(element),
                WeightDataType.Half => (float)BinaryPrimitives.ReadHalfLittleEndian(element),
                WeightDataType.BFloat16 => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(element) << 16),
                _ => Integer(type, element),
            };
        }
    }

    /// <summary>The integer types and booleans to 64 bits.</summary>
    public static void ToInt64(WeightDataType type, ReadOnlySpan<byte> source, Span<long> destination)
    {
        int size = type.Size();
        for (int i = 0; i < destination.Length; i++)
            destination[i] = Integer(type, source.Slice(i * size, size));
    }

    private static long Integer(WeightDataType type, ReadOnlySpan<byte> element) => type switch
    {
        WeightDataType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(element),
        WeightDataType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(element),
        WeightDataType.Byte => element[0],
        WeightDataType.Boolean => element[0] == 0 ? 0 : 1,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not an integer type."),
    };
}
