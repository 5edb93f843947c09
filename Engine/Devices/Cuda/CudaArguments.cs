using System.Runtime.InteropServices;

namespace SegFromScratch.Engine.Devices.Cuda;

/// <summary>
/// The arguments of one kernel, packed one after the other with their natural alignment into memory that does not move,
/// and the array of pointers to them that a launch takes. Both are made once; giving an argument writes its bytes.
/// </summary>
public sealed unsafe class CudaArguments : IDisposable
{
    /// <summary>The most bytes of arguments that every CUDA device takes (CUDA C++ Programming Guide, function parameters).</summary>
    public const int Capacity = 4096;

    private const int MostArguments = 256;
    private byte* _block = (byte*)NativeMemory.AlignedAlloc(Capacity, 16);
    private void** _pointers = (void**)NativeMemory.AllocZeroed(MostArguments, (nuint)sizeof(void*));
    private int _used;

    /// <summary>The number of arguments given.</summary>
    public int Count { get; private set; }

    /// <summary>The pointers to the arguments, as cuLaunchKernel takes them.</summary>
    public void** Pointers => _pointers;

    /// <summary>The arguments' bytes up to the last one.</summary>
    public ReadOnlySpan<byte> Bytes => new(_block, _used);

    /// <summary>Starts over with the first argument.</summary>
    public void Begin() => (_used, Count) = (0, 0);

    /// <summary>Gives the next argument by value.</summary>
    /// <exception cref="InvalidOperationException">The arguments take more than <see cref="Capacity"/>.</exception>
    public void Add<T>(T value)
        where T : unmanaged
    {
        int alignment = sizeof(Alignment<T>) - sizeof(T);
        int start = (_used + alignment - 1) / alignment * alignment;
        if (start + sizeof(T) > Capacity || Count == MostArguments)
            throw new InvalidOperationException($"a kernel takes at most {Capacity} bytes and {MostArguments} arguments");
        *(T*)(_block + start) = value;
        _pointers[Count++] = _block + start;
        _used = start + sizeof(T);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_block);
        NativeMemory.Free(_pointers);
        _block = null;
        _pointers = null;
    }

    // The compiler pads the byte up to T's alignment, as a C compiler does.
    [StructLayout(LayoutKind.Sequential)]
    private struct Alignment<T>
        where T : unmanaged
    {
        public byte Byte;
        public T Value;
    }
}
