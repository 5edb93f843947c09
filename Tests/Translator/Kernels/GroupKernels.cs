using SegFromScratch.Engine.Dialect;

namespace SegFromScratch.Tests.Translator.Kernels;

/// <summary>Explicitly grouped kernels: barriers, shared memory, values that live across barriers.</summary>
public static class GroupKernels
{
    private const int Tile = 16;
    private const int PerItem = 4;

    /// <summary>No barrier: an ordinary grid.</summary>
    [Kernel]
    public static void Scale(float factor, ArrayView<float> x, ArrayView<float> y)
    {
        int i = GlobalIndex();
        if (i >= x.Length)
            return;
        y[i] = factor * x[i];
    }

    /// <summary>Sum of each group's elements by a tree; the step of the tree is the same for all work-items.</summary>
    [Kernel(GroupSize = 64)]
    public static void GroupSum(ArrayView<float> x, ArrayView<float> sums)
    {
        var partial = SharedMemory.Allocate<float>(64);
        int i = GlobalIndex();
        float own = i < x.Length ? x[i] : 0f;
        partial[Group.IdxX] = own;
        Group.Barrier();
        for (int step = Group.DimX / 2; step > 0; step /= 2)
        {
            if (Group.IdxX < step)
                partial[Group.IdxX] += partial[Group.IdxX + step];
            Group.Barrier();
        }

        if (Group.IdxX == 0)
            sums[Grid.IdxX] = partial[0];
        if (i < x.Length)
            sums[Grid.DimX + i] = own + partial[0];
    }

    /// <summary>C = A B in tiles, four columns a work-item in local memory.</summary>
    [Kernel(GroupSize = 64)]
    public static void Product(int rows, int inner, int columns, ArrayView<float> a, ArrayView<float> b, ArrayView<float> c)
    {
        const int Stride = Tile + 1;
        var tileA = SharedMemory.Allocate<float>(Tile * Stride);
        var tileB = SharedMemory.Allocate<float>(Tile * Stride);
        var sums = LocalMemory.Allocate<float>(PerItem);
        int x = Group.IdxX, y = Group.IdxY;
        int row = Grid.IdxY * Tile + y;
        int firstColumn = Grid.IdxX * Tile;
        for (int j = 0; j < PerItem; j++)
            sums[j] = 0f;
        for (int k0 = 0; k0 < inner; k0 += Tile)
        {
            for (int j = 0; j < PerItem; j++)
            {
                int column = x * PerItem + j;
                tileA[y * Stride + column] = row < rows && k0 + column < inner ? a[row * inner + k0 + column] : 0f;
                tileB[y * Stride + column] = k0 + y < inner && firstColumn + column < columns ? b[(k0 + y) * columns + firstColumn + column] : 0f;
            }

            Group.Barrier();
            for (int k = 0; k < Tile; k++)
            {
                for (int j = 0; j < PerItem; j++)
                    sums[j] += tileA[y * Stride + k] * tileB[k * Stride + x * PerItem + j];
            }

            Group.Barrier();
        }

        for (int j = 0; j < PerItem; j++)
        {
            int column = firstColumn + x * PerItem + j;
            if (row < rows && column < columns)
                c[row * columns + column] = sums[j];
        }
    }

    /// <summary>Groups that leave early, loops that end early, a value assigned between barriers.</summary>
    [Kernel]
    public static void Rounds(int rounds, ArrayView<int> limits, ArrayView<int> values)
    {
        var shared = SharedMemory.Allocate<int>(32);
        if (limits[Grid.IdxX] == 0)
            return;
        int item = Group.IdxX;
        int sum = item;
        int done = 0;
        while (done < rounds)
        {
            if (done >= limits[Grid.IdxX])
                break;
            shared[item] = sum;
            Group.Barrier();
            sum += shared[(item + 1) % Group.DimX];
            done++;
            Group.Barrier();
        }

        if (item % 2 == 1)
            return;
        values[Grid.IdxX * Group.DimX + item] = sum * 100 + done;
    }

    /// <summary>A parameter that each work-item changes for itself, and one that the group changes.</summary>
    [Kernel]
    public static void Own(int sum, int rounds, ArrayView<int> values)
    {
        var shared = SharedMemory.Allocate<int>(32);
        sum += Group.IdxX;
        for (; rounds > 0; rounds--)
        {
            shared[Group.IdxX] = sum;
            Group.Barrier();
            sum += shared[Group.DimX - 1 - Group.IdxX];
            Group.Barrier();
        }

        values[Group.IdxX] = sum + rounds;
    }

    private static int GlobalIndex() => Grid.IdxX * Group.DimX + Group.IdxX;
}
