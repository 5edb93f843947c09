using System.Runtime.CompilerServices;

namespace SegFromScratch.Kernels.Cpu.Gathering;

/// <summary>
/// Brings four source rows that all add to the same two target rows to the target's width and adds them: <c>upper[k] += sum over r of rowWeight(r, 0) * narrow(r, k)</c>,
/// <c>lower[k]</c> with <c>rowWeight(r, 1)</c>, where <c>narrow(r, k)</c> is the sum of weighted source columns that read column k.
/// Each source pixel is read once, and the narrow rows stay in registers.
/// </summary>
/// <typeparam name="TLanes">The vector.</typeparam>
internal unsafe ref struct FourRowSums<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    /// <summary>For each source column the one or two neighbouring target columns that it adds to, rising from column to column.</summary>
    public GatherTable Readers;

    /// <summary>Columns of the target.</summary>
    public int Targets;

    /// <summary>Floats of a pixel.</summary>
    public nint Block;

    /// <summary>Computes.</summary>
    /// <param name="source">The first of the lanes in the first source row.</param>
    /// <param name="row">Floats from one source row to the next.</param>
    /// <param name="weights">Of each source row the weight in the upper and in the lower target row.</param>
    /// <param name="upper">The first of the lanes in the upper target row.</param>
    /// <param name="lower">The first of the lanes in the lower target row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run(float* source, nint row, float* weights, float* upper, float* lower)
    {
        int* starts = Readers.Starts;
        int columns = Readers.Targets, current = Readers.Places[0];
        nint block = Block;
        TLanes u0 = TLanes.Create(weights[0]), l0 = TLanes.Create(weights[1]), u1 = TLanes.Create(weights[2]), l1 = TLanes.Create(weights[3]);
        TLanes u2 = TLanes.Create(weights[4]), l2 = TLanes.Create(weights[5]), u3 = TLanes.Create(weights[6]), l3 = TLanes.Create(weights[7]);

        // The four rows' sums of the current target column and of the one to its right.
        TLanes zero = TLanes.Create(0f);
        TLanes left0 = zero, left1 = zero, left2 = zero, left3 = zero, right0 = zero, right1 = zero, right2 = zero, right3 = zero;
        for (int x = 0; ;)
        {
            int next = x < columns ? Readers.Places[starts[x]] : Targets;
            for (; current < next; current++)
            {
                float* above = upper + (current * block), below = lower + (current * block);
                Sum(left0, u0, left1, u1, left2, u2, left3, u3, TLanes.Load(above)).Store(above);
                Sum(left0, l0, left1, l1, left2, l2, left3, l3, TLanes.Load(below)).Store(below);
                (left0, left1, left2, left3) = (right0, right1, right2, right3);
                right0 = right1 = right2 = right3 = zero;
            }

            if (x == columns)
                return;
            float* pixel = source + (x * block), weight = Readers.Weights + starts[x];
            if (x + 4 <= columns && Readers.IsFourPairs(x))
            {
                TLanes a = TLanes.Create(weight[0]), b = TLanes.Create(weight[2]), c = TLanes.Create(weight[4]), d = TLanes.Create(weight[6]);
                TLanes e = TLanes.Create(weight[1]), f = TLanes.Create(weight[3]), g = TLanes.Create(weight[5]), h = TLanes.Create(weight[7]);
                (left0, right0) = AddFour(pixel, block, a, b, c, d, e, f, g, h, left0, right0);
                (left1, right1) = AddFour(pixel + row, block, a, b, c, d, e, f, g, h, left1, right1);
                (left2, right2) = AddFour(pixel + (2 * row), block, a, b, c, d, e, f, g, h, left2, right2);
                (left3, right3) = AddFour(pixel + (3 * row), block, a, b, c, d, e, f, g, h, left3, right3);
                x += 4;
                continue;
            }

            TLanes near = TLanes.Create(weight[0]), far = starts[x + 1] - starts[x] == 2 ? TLanes.Create(weight[1]) : zero;
            (left0, right0) = AddOne(pixel, near, far, left0, right0);
            (left1, right1) = AddOne(pixel + row, near, far, left1, right1);
            (left2, right2) = AddOne(pixel + (2 * row), near, far, left2, right2);
            (left3, right3) = AddOne(pixel + (3 * row), near, far, left3, right3);
            x++;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Sum(TLanes a, TLanes p, TLanes b, TLanes q, TLanes c, TLanes r, TLanes d, TLanes s, TLanes start) =>
        TLanes.MultiplyAdd(d, s, TLanes.MultiplyAdd(c, r, TLanes.MultiplyAdd(b, q, TLanes.MultiplyAdd(a, p, start))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TLanes Left, TLanes Right) AddFour(
        float* pixel, nint block, TLanes a, TLanes b, TLanes c, TLanes d, TLanes e, TLanes f, TLanes g, TLanes h, TLanes left, TLanes right)
    {
        TLanes p = TLanes.Load(pixel), q = TLanes.Load(pixel + block), r = TLanes.Load(pixel + (2 * block)), s = TLanes.Load(pixel + (3 * block));
        return (Sum(p, a, q, b, r, c, s, d, left), Sum(p, e, q, f, r, g, s, h, right));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TLanes Left, TLanes Right) AddOne(float* pixel, TLanes near, TLanes far, TLanes left, TLanes right)
    {
        TLanes value = TLanes.Load(pixel);
        return (TLanes.MultiplyAdd(value, near, left), TLanes.MultiplyAdd(value, far, right));
    }
}
