using SegFromScratch.Kernels.Ladders;

namespace SegFromScratch.Kernels.MatrixProduct;

/// <summary>C = A B, from one work-item an element to 8 x 8 elements in registers. README.md says why each rung is faster.</summary>
public static class MatrixProductKernels
{
    /// <summary>Rows and columns of the tile of <see cref="SharedTiles"/>.</summary>
    public const int Tile = 16;

    /// <summary>Says that four neighbouring terms of a row of A lie at a multiple of 16 bytes.</summary>
    public const int LeftAligned = 1;

    /// <summary>Says that four neighbouring columns of a row of B lie at a multiple of 16 bytes.</summary>
    public const int RightAligned = 2;

    /// <summary>Rung 1: one work-item an element. Each element of A is read Columns times from global memory, each of B Rows times.</summary>
    [Kernel]
    public static void Naive(Index1D index, MatrixProductShape shape, ArrayView<float> left, ArrayView<float> right, ArrayView<float> output)
    {
        int column = index % shape.Columns;
        int row = index / shape.Columns % shape.Rows;
        int batch = index / (shape.Columns * shape.Rows);
        int a = (batch * shape.Rows * shape.Inner) + (row * shape.LeftRowStride);
        int b = (batch * shape.Inner * shape.Columns) + (column * shape.RightColumnStride);
        float sum = 0f;
        for (int k = 0; k < shape.Inner; k++)
            sum += left[a + (k * shape.LeftInnerStride)] * right[b + (k * shape.RightInnerStride)];
        output[index] = sum;
    }

    /// <summary>Rung 2: a group of 16 x 16 work-items loads a tile of A and one of B into shared memory, where each element serves 16 of them.</summary>
    [Kernel(GroupSize = Tile * Tile)]
    public static void SharedTiles(MatrixProductShape shape, ArrayView<float> left, ArrayView<float> right, ArrayView<float> output)
    {
        ArrayView<float> leftTile = SharedMemory.Allocate<float>(Tile * Tile);
        ArrayView<float> rightTile = SharedMemory.Allocate<float>(Tile * Tile);
        int x = Group.IdxX, y = Group.IdxY;
        int row = (Grid.IdxY * Tile) + y;
        int column = (Grid.IdxX * Tile) + x;
        int a = (Grid.IdxZ * shape.Rows * shape.Inner) + (row * shape.LeftRowStride);
        int b = (Grid.IdxZ * shape.Inner * shape.Columns) + (column * shape.RightColumnStride);
        float sum = 0f;
        for (int first = 0; first < shape.Inner; first += Tile)
        {
            leftTile[(y * Tile) + x] = row < shape.Rows && first + x < shape.Inner ? left[a + ((first + x) * shape.LeftInnerStride)] : 0f;
            rightTile[(y * Tile) + x] = column < shape.Columns && first + y < shape.Inner ? right[b + ((first + y) * shape.RightInnerStride)] : 0f;
            Group.Barrier();
            for (int k = 0; k < Tile; k++)
                sum += leftTile[(y * Tile) + k] * rightTile[(k * Tile) + x];
            Group.Barrier();
        }

        if (row < shape.Rows && column < shape.Columns)
            output[(((Grid.IdxZ * shape.Rows) + row) * shape.Columns) + column] = sum;
    }

    /// <summary>
    /// Rung 3: 64 x 128 elements a group, 8 x 8 a work-item (<see cref="RegisterTile"/>). While a tile is multiplied, the next one is on its way from global memory into
    /// registers, then into the other half of shared memory: one barrier a tile. Where <paramref name="aligned"/> allows it, 16 bytes are loaded at once.
    /// </summary>
    [Kernel(GroupSize = RegisterTile.Items)]
    public static void RegisterTiles(MatrixProductShape shape, ArrayView<float> left, ArrayView<float> right, ArrayView<float> output, SpecializedValue<int> aligned)
    {
        ArrayView<float> leftTiles = SharedMemory.Allocate<float>(2 * RegisterTile.LeftLength);
        ArrayView<float> rightTiles = SharedMemory.Allocate<float>(2 * RegisterTile.RightLength);
        ArrayView<float> sums = LocalMemory.Allocate<float>(RegisterTile.Side * RegisterTile.Side);
        ArrayView<float> nextLeft = LocalMemory.Allocate<float>(4);
        ArrayView<float> nextRight = LocalMemory.Allocate<float>(8);
        int item = Group.IdxX;
        int firstRow = Grid.IdxY * RegisterTile.Rows;
        int firstColumn = Grid.IdxX * RegisterTile.Columns;
        RegisterTile.Clear(sums);
        LoadLeft(shape, left, firstRow, 0, item, aligned.Value, nextLeft);
        LoadRight(shape, right, firstColumn, 0, item, aligned.Value, nextRight);
        StoreLeft(leftTiles, 0, item, aligned.Value, nextLeft);
        StoreRight(rightTiles, 0, item, aligned.Value, nextRight);
        Group.Barrier();
        int half = 0;
        for (int first = 0; first < shape.Inner; first += RegisterTile.Depth)
        {
            LoadLeft(shape, left, firstRow, first + RegisterTile.Depth, item, aligned.Value, nextLeft);
            LoadRight(shape, right, firstColumn, first + RegisterTile.Depth, item, aligned.Value, nextRight);
            RegisterTile.MultiplyAdd(leftTiles, half * RegisterTile.LeftLength, rightTiles, half * RegisterTile.RightLength, item, sums);
            half = 1 - half;
            StoreLeft(leftTiles, half * RegisterTile.LeftLength, item, aligned.Value, nextLeft);
            StoreRight(rightTiles, half * RegisterTile.RightLength, item, aligned.Value, nextRight);
            Group.Barrier();
        }

        for (int i = 0; i < RegisterTile.Side; i++)
        {
            for (int j = 0; j < RegisterTile.Side; j++)
            {
                int row = firstRow + RegisterTile.Row(item, i);
                int column = firstColumn + RegisterTile.Column(item, j);
                if (row < shape.Rows && column < shape.Columns)
                    output[(((Grid.IdxZ * shape.Rows) + row) * shape.Columns) + column] = sums[(i * RegisterTile.Side) + j];
            }
        }
    }

    // Aligned: four terms of one row. Else neighbours take neighbouring rows, four terms each.
    private static void LoadLeft(MatrixProductShape shape, ArrayView<float> left, int firstRow, int first, int item, int aligned, ArrayView<float> next)
    {
        int batch = Grid.IdxZ * shape.Rows * shape.Inner;
        if ((aligned & LeftAligned) != 0)
        {
            int row = firstRow + (item / 2);
            int k = first + (item % 2 * 4);
            Float4 four = Float4.Create(0f, 0f, 0f, 0f);
            if (row < shape.Rows && k < shape.Inner)
                four = Float4.Load(left, batch + (row * shape.LeftRowStride) + k);
            next[0] = four.X;
            next[1] = four.Y;
            next[2] = four.Z;
            next[3] = four.W;
            return;
        }

        int ownRow = firstRow + (item % RegisterTile.Rows);
        for (int i = 0; i < 4; i++)
        {
            int k = first + (item / RegisterTile.Rows * 4) + i;
            next[i] = ownRow < shape.Rows && k < shape.Inner ? left[batch + (ownRow * shape.LeftRowStride) + (k * shape.LeftInnerStride)] : 0f;
        }
    }

    private static void StoreLeft(ArrayView<float> tiles, int start, int item, int aligned, ArrayView<float> next)
    {
        int row = (aligned & LeftAligned) != 0 ? item / 2 : item % RegisterTile.Rows;
        int k = (aligned & LeftAligned) != 0 ? item % 2 * 4 : item / RegisterTile.Rows * 4;
        for (int i = 0; i < 4; i++)
            tiles[start + ((k + i) * RegisterTile.Rows) + row] = next[i];
    }

    // Aligned: four columns of two terms. Else all eight terms of one column.
    private static void LoadRight(MatrixProductShape shape, ArrayView<float> right, int firstColumn, int first, int item, int aligned, ArrayView<float> next)
    {
        int batch = Grid.IdxZ * shape.Inner * shape.Columns;
        if ((aligned & RightAligned) != 0)
        {
            int column = firstColumn + (item % 32 * 4);
            for (int i = 0; i < 2; i++)
            {
                int k = first + (item / 32) + (4 * i);
                Float4 four = Float4.Create(0f, 0f, 0f, 0f);
                if (column < shape.Columns && k < shape.Inner)
                    four = Float4.Load(right, batch + (k * shape.RightInnerStride) + column);
                next[4 * i] = four.X;
                next[(4 * i) + 1] = four.Y;
                next[(4 * i) + 2] = four.Z;
                next[(4 * i) + 3] = four.W;
            }

            return;
        }

        int ownColumn = firstColumn + item;
        for (int i = 0; i < RegisterTile.Depth; i++)
            next[i] = ownColumn < shape.Columns && first + i < shape.Inner ? right[batch + ((first + i) * shape.RightInnerStride) + (ownColumn * shape.RightColumnStride)] : 0f;
    }

    private static void StoreRight(ArrayView<float> tiles, int start, int item, int aligned, ArrayView<float> next)
    {
        if ((aligned & RightAligned) != 0)
        {
            for (int i = 0; i < 2; i++)
                Float4.StoreShared(tiles, start + (((item / 32) + (4 * i)) * RegisterTile.Columns) + (item % 32 * 4), Float4.Create(next[4 * i], next[(4 * i) + 1], next[(4 * i) + 2], next[(4 * i) + 3]));
            return;
        }

        for (int i = 0; i < RegisterTile.Depth; i++)
            tiles[start + (i * RegisterTile.Columns) + item] = next[i];
    }
}
