using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace SegFromScratch.Kernels.Cpu;

/// <summary>
/// Asks for lines of memory before they are used. A store waits for its line like a load, and waits in order: where many far-apart lines
/// are written one after the other, that wait is most of the time unless they were asked for before.
/// </summary>
internal static unsafe class Prefetch
{
    /// <summary>Asks for the line that holds an address; the address need not be valid.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Line(float* address)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(address);
    }

    /// <summary>Asks for lines at equal distances.</summary>
    /// <param name="address">The first.</param>
    /// <param name="step">Floats from one to the next.</param>
    /// <param name="count">How many.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Lines(float* address, nint step, int count)
    {
        if (!Sse.IsSupported)
            return;
        for (int i = 0; i < count; i++, address += step)
            Sse.Prefetch0(address);
    }
}
