using System.Runtime.CompilerServices;

namespace SegFromScratch.Kernels.Cpu.Gathering;

/// <summary>Weighted sums of two rows of numbers, <c>target[i] = weights[0] * upper[i] + weights[1] * lower[i]</c>: for one target row or for several with the next weights.</summary>
internal static unsafe class RowBlend
{
    /// <summary>Four target rows, the first of them around the caches; eight weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Four<TLanes>(float* upper, float* lower, float* weights, float* target, nint row, nint floats, int around)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes u0 = TLanes.Create(weights[0]), l0 = TLanes.Create(weights[1]), u1 = TLanes.Create(weights[2]), l1 = TLanes.Create(weights[3]);
        TLanes u2 = TLanes.Create(weights[4]), l2 = TLanes.Create(weights[5]), u3 = TLanes.Create(weights[6]), l3 = TLanes.Create(weights[7]);
        float* second = target + row, third = second + row, fourth = third + row;
        bool firstAround = around > 0, secondAround = around > 1, thirdAround = around > 2, fourthAround = around > 3;
        for (nint i = 0; i < floats; i += TLanes.Count)
        {
            TLanes above = TLanes.Load(upper + i), below = TLanes.Load(lower + i);
            Store(TLanes.MultiplyAdd(below, l0, above * u0), target + i, firstAround);
            Store(TLanes.MultiplyAdd(below, l1, above * u1), second + i, secondAround);
            Store(TLanes.MultiplyAdd(below, l2, above * u2), third + i, thirdAround);
            Store(TLanes.MultiplyAdd(below, l3, above * u3), fourth + i, fourthAround);
        }
    }

    /// <summary>Two target rows, the first of them around the caches; four weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Two<TLanes>(float* upper, float* lower, float* weights, float* target, nint row, nint floats, int around)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes u0 = TLanes.Create(weights[0]), l0 = TLanes.Create(weights[1]), u1 = TLanes.Create(weights[2]), l1 = TLanes.Create(weights[3]);
        float* second = target + row;
        bool firstAround = around > 0, secondAround = around > 1;
        for (nint i = 0; i < floats; i += TLanes.Count)
        {
            TLanes above = TLanes.Load(upper + i), below = TLanes.Load(lower + i);
            Store(TLanes.MultiplyAdd(below, l0, above * u0), target + i, firstAround);
            Store(TLanes.MultiplyAdd(below, l1, above * u1), second + i, secondAround);
        }
    }

    /// <summary>One target row; two weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void One<TLanes>(float* upper, float* lower, float* weights, float* target, nint floats, bool around)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes u = TLanes.Create(weights[0]), l = TLanes.Create(weights[1]);
        for (nint i = 0; i < floats; i += TLanes.Count)
            Store(TLanes.MultiplyAdd(TLanes.Load(lower + i), l, TLanes.Load(upper + i) * u), target + i, around);
    }

    /// <summary>One row times a weight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scaled<TLanes>(float* upper, float weight, float* target, nint floats, bool around)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes u = TLanes.Create(weight);
        for (nint i = 0; i < floats; i += TLanes.Count)
            Store(TLanes.Load(upper + i) * u, target + i, around);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TLanes>(TLanes value, float* target, bool around)
        where TLanes : struct, ILanes<TLanes>
    {
        if (around)
            value.StoreAround(target);
        else
            value.Store(target);
    }
}
