using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Dialect;
using SegFromScratch.Engine.Memory;

namespace SegFromScratch.Engine.Tensors;

/// <summary>A plain array of a device, without channels or layout: class indices, positions of maxima, partial sums.</summary>
/// <typeparam name="T">The element type.</typeparam>
public sealed class DeviceArray<T> : StepMemory
    where T : unmanaged
{
    internal DeviceArray(Device device)
        : base(device)
    {
    }

    /// <summary>The number of elements.</summary>
    public int Length { get; private set; }

    /// <summary>The array as kernels see it.</summary>
    public ArrayView<T> View => new(Buffer, 0, Length);

    /// <summary>Copies numbers to the device.</summary>
    /// <exception cref="ArgumentException">There are more or fewer of them than the array has elements.</exception>
    public void Write(ReadOnlySpan<T> values)
    {
        if (values.Length != Length)
            throw new ArgumentException($"'{Name}' has {Length} elements, not {values.Length}.", nameof(values));
        Device.Write(Buffer, values);
    }

    /// <summary>Takes memory for so many elements.</summary>
    internal unsafe DeviceArray<T> Take(int length, MemoryClass memoryClass, string name)
    {
        Length = length;
        Take((long)length * sizeof(T), memoryClass, name);
        return this;
    }

    /// <summary>Copies numbers from the device.</summary>
    public T[] Read()
    {
        var values = new T[Length];
        Device.Read<T>(Held, values);
        return values;
    }
}
