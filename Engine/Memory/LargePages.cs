using System.Runtime.InteropServices;

namespace SegFromScratch.Engine.Memory;

/// <summary>
/// Memory in pages of 2 MiB instead of 4 KiB, where Linux gives them on request (<c>/sys/kernel/mm/transparent_hugepage/enabled</c> says <c>madvise</c> or <c>always</c>).
/// An activation of 26 MB lies on 6,400 small pages, more than a processor keeps addresses of (2,048 to 3,072), and in a virtual machine each address that
/// is missing takes two walks through tables: passes over memory took up to twice as long (docs/performance.md).
/// Other systems reserve such pages for privileged processes; there, and where the request is refused, the pages are those of any allocation.
/// </summary>
internal static unsafe partial class LargePages
{
    /// <summary>Bytes of a large page.</summary>
    public const int Size = 2 << 20;

    // MADV_HUGEPAGE of madvise(2): https://man7.org/linux/man-pages/man2/madvise.2.html
    private const int InLargePages = 14;

    /// <summary>Allocates memory that begins with a page; it is freed by <see cref="NativeMemory.AlignedFree"/>.</summary>
    /// <param name="bytes">How much; less than a page is not worth asking for.</param>
    /// <exception cref="OutOfMemoryException">There is not so much.</exception>
    public static void* Allocate(long bytes)
    {
        void* memory = NativeMemory.AlignedAlloc((nuint)bytes, Size);

        // What follows the last whole page may belong to others.
        if (OperatingSystem.IsLinux())
            _ = Advise(memory, (nuint)(bytes / Size * Size), InLargePages);
        return memory;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint bytes, int advice);
}
