// GroupKernels.cs: GroupKernels.Product
enum { Tile = 16 };
enum { PerItem = 4 };

extern "C" __global__ __launch_bounds__(64) void Product(
    int rows,
    int inner,
    int columns,
    const float* __restrict__ a,
    int a_length,
    const float* __restrict__ b,
    int b_length,
    float* __restrict__ c,
    int c_length)
{
    enum { Stride = 17 };
    __shared__ __align__(16) float tileA[Tile * Stride];
    __shared__ __align__(16) float tileB[Tile * Stride];
    float sums[PerItem];
    int x = (int)threadIdx.x;
    int y = (int)threadIdx.y;
    int row = (int)blockIdx.y * Tile + y;
    int firstColumn = (int)blockIdx.x * Tile;
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
        __syncthreads();
        #pragma unroll
        for (int k = 0; k < Tile; k++)
        {
            #pragma unroll
            for (int j = 0; j < PerItem; j++)
                sums[j] += tileA[y * Stride + k] * tileB[k * Stride + x * PerItem + j];
        }
        __syncthreads();
    }
    #pragma unroll
    for (int j = 0; j < PerItem; j++)
    {
        int column = firstColumn + x * PerItem + j;
        if (row < rows && column < columns)
            c[row * columns + column] = sums[j];
    }
}
