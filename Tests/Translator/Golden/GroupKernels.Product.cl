// GroupKernels.cs: GroupKernels.Product
enum { Tile = 16 };
enum { PerItem = 4 };

__kernel void Product(
    int rows,
    int inner,
    int columns,
    __global const float* restrict a_base,
    long a_offset,
    int a_length,
    __global const float* restrict b_base,
    long b_offset,
    int b_length,
    __global float* restrict c_base,
    long c_offset,
    int c_length)
{
    __global const float* a = a_base + a_offset;
    __global const float* b = b_base + b_offset;
    __global float* c = c_base + c_offset;
    enum { Stride = 17 };
    __attribute__((aligned(16))) __local float tileA[Tile * Stride];
    __attribute__((aligned(16))) __local float tileB[Tile * Stride];
    float sums[PerItem];
    int x = (int)get_local_id(0);
    int y = (int)get_local_id(1);
    int row = (int)get_group_id(1) * Tile + y;
    int firstColumn = (int)get_group_id(0) * Tile;
    #pragma unroll
    for (int j = 0; j < PerItem; j++)
        sums[j] = 0.0f;
    for (int k0 = 0; k0 < inner; k0 += Tile)
    {
        #pragma unroll
        for (int j = 0; j < PerItem; j++)
        {
            int column = x * PerItem + j;
            tileA[y * Stride + column] = row < rows && k0 + column < inner ? a[row * inner + k0 + column] : 0.0f;
            tileB[y * Stride + column] = k0 + y < inner && firstColumn + column < columns ? b[(k0 + y) * columns + firstColumn + column] : 0.0f;
        }
        barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
        #pragma unroll
        for (int k = 0; k < Tile; k++)
        {
            #pragma unroll
            for (int j = 0; j < PerItem; j++)
                sums[j] += tileA[y * Stride + k] * tileB[k * Stride + x * PerItem + j];
        }
        barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
    }
    #pragma unroll
    for (int j = 0; j < PerItem; j++)
    {
        int column = firstColumn + x * PerItem + j;
        if (row < rows && column < columns)
            c[row * columns + column] = sums[j];
    }
}
