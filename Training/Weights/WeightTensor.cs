using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace SegFromScratch.Training.Weights;

/// <summary>A tensor to be written: a shape and numbers, which are kept, not copied.</summary>
public sealed class WeightTensor
{
    // Keeps the byte count of one block far from the limit of a span, whatever the array's length.
    private const int BlockElements = 1 << 16;

    private readonly Array _values;

    private WeightTensor(WeightDataType type, Array values, ReadOnlySpan<long> shape)
    {
        long elements = 1;
        foreach (long size in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(size, nameof(shape));
            elements = checked(elements * size);
        }

        // Bytes may hold elements of any type, in the file's own form.
        long given = values is byte[] ? values.LongLength / type.Size() : values.LongLength;
        if (elements != given || (values is byte[] && values.LongLength % type.Size() != 0))
            throw new ArgumentException($"A shape of {elements} elements does not fit {given} values.", nameof(shape));
        (DataType, _values, Shape) = (type, values, shape.ToArray());
    }

    /// <summary>The type that the elements are written in.</summary>
    public WeightDataType DataType { get; }

    /// <summary>The sizes, outermost first; empty for a single number.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Bytes in the file.</summary>
    public long ByteLength => _values is byte[] ? _values.LongLength : _values.LongLength * DataType.Size();

    /// <summary>A tensor of singles (F32).</summary>
    /// <exception cref="ArgumentException">The shape does not fit the number of values.</exception>
    public static WeightTensor OfSingles(float[] values, params ReadOnlySpan<long> shape)
    {
        ArgumentNullException.ThrowIfNull(values);
        return new WeightTensor(WeightDataType.Single, values, shape);
    }

    /// <summary>A tensor of doubles (F64).</summary>
    /// <exception cref="ArgumentException">The shape does not fit the number of values.</exception>
    public static WeightTensor OfDoubles(double[] values, params ReadOnlySpan<long> shape)
    {
        ArgumentNullException.ThrowIfNull(values);
        return new WeightTensor(WeightDataType.Double, values, shape);
    }

    /// <summary>A tensor of 64-bit integers (I64).</summary>
    /// <exception cref="ArgumentException">The shape does not fit the number of values.</exception>
    public static WeightTensor OfInt64s(long[] values, params ReadOnlySpan<long> shape)
    {
        ArgumentNullException.ThrowIfNull(values);
        return new WeightTensor(WeightDataType.Int64, values, shape);
    }

    /// <summary>A tensor of bytes (U8).</summary>
    /// <exception cref="ArgumentException">The shape does not fit the number of values.</exception>
    public static WeightTensor OfBytes(byte[] values, params ReadOnlySpan<long> shape)
    {
        ArgumentNullException.ThrowIfNull(values);
        return new WeightTensor(WeightDataType.Byte, values, shape);
    }

    /// <summary>A tensor of any type, whose elements are already in the form of the file: little-endian, without gaps.</summary>
    /// <exception cref="ArgumentException">The shape does not fit the number of bytes.</exception>
    public static WeightTensor OfLittleEndian(WeightDataType type, byte[] bytes, params ReadOnlySpan<long> shape)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        return new WeightTensor(type, bytes, shape);
    }

    /// <summary>Writes the elements, little-endian.</summary>
    internal void WriteTo(Stream stream)
    {
        switch (_values)
        {
            case float[] values:
                WriteBlocks(stream, MemoryMarshal.Cast<float, int>(values), BinaryPrimitives.ReverseEndianness);
                break;
            case double[] values:
                WriteBlocks(stream, MemoryMarshal.Cast<double, long>(values), BinaryPrimitives.ReverseEndianness);
                break;
            case long[] values:
                WriteBlocks<long>(stream, values, BinaryPrimitives.ReverseEndianness);
                break;
            case byte[] values:
                stream.Write(values);
                break;
        }
    }

    private delegate void ByteSwap<T>(ReadOnlySpan<T> source, Span<T> destination);

    private static void WriteBlocks<T>(Stream stream, ReadOnlySpan<T> values, ByteSwap<T> swap)
        where T : unmanaged
    {
        T[]? swapped = BitConverter.IsLittleEndian ? null : new T[BlockElements];
        for (int start = 0; start < values.Length; start += BlockElements)
        {
            ReadOnlySpan<T> block = values.Slice(start, Math.Min(BlockElements, values.Length - start));
            if (swapped is not null)
            {
                swap(block, swapped);
                block = swapped.AsSpan(0, block.Length);
            }

            stream.Write(MemoryMarshal.AsBytes(block));
        }
    }
}
