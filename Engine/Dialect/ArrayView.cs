using System.Runtime.CompilerServices;
using SegFromScratch.Engine.Memory;

namespace SegFromScratch.Engine.Dialect;

/// <summary>A window on a buffer of a device: what kernels index.</summary>
/// <remarks>
/// On the <c>debug</c> device an index outside the view throws and names buffer, kernel and work-item.
/// On the other devices kernels are compiled with plain pointers, so that an index costs nothing.
/// </remarks>
/// <typeparam name="T">The element type.</typeparam>
public readonly unsafe struct ArrayView<T>
    where T : unmanaged
{
    private readonly long _length;

    /// <summary>Views part of a buffer.</summary>
    /// <param name="buffer">The memory.</param>
    /// <param name="offset">The first element, counted in elements of <typeparamref name="T"/>.</param>
    /// <param name="length">The number of elements.</param>
    public ArrayView(DeviceBuffer buffer, long offset, long length)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        if (offset < 0 || length < 0 || (offset + length) * sizeof(T) > buffer.Bytes)
            throw new ArgumentOutOfRangeException(nameof(length), $"A view of {length} elements at {offset} does not lie in buffer '{buffer.Name}' of {buffer.Bytes} bytes.");
        Buffer = buffer;
        Offset = offset;
        _length = length;
    }

    /// <summary>The memory that is viewed; null for an empty view.</summary>
    public DeviceBuffer? Buffer { get; }

    /// <summary>The first element of the view in the buffer, in elements.</summary>
    public long Offset { get; }

    /// <summary>The number of elements. In kernels: a 32-bit number on every device.</summary>
    public int Length => (int)_length;

    /// <summary>The number of elements.</summary>
    public int IntLength => (int)_length;

    /// <summary>The first element in host memory. Only for devices whose buffers lie there.</summary>
    public T* Pointer => Buffer is null ? null : (T*)Buffer.HostAddress + Offset;

    /// <summary>One element. The source line, which the compiler fills in, is for messages about races.</summary>
    /// <exception cref="KernelFaultException">The index lies outside the view; or another work-item writes the element, and no barrier lies between.</exception>
    public ref T this[int index, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if ((ulong)index >= (ulong)_length)
                KernelFaultException.ThrowIndex(Buffer?.Name, index, _length);
            if (Buffer is { IsPrivate: false })
                WorkItem.Current.Races?.Touch(this, index, file, line);
            return ref Pointer[index];
        }
    }

    /// <summary>A window on this view.</summary>
    /// <exception cref="KernelFaultException">The window does not lie in the view.</exception>
    public ArrayView<T> SubView(int offset, int length)
    {
        if (offset < 0 || length < 0 || (long)offset + length > _length)
            KernelFaultException.ThrowIndex(Buffer?.Name, (long)offset + length, _length);
        return Buffer is null ? default : new ArrayView<T>(Buffer, Offset + offset, length);
    }
}
