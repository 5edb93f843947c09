// PlainKernels.cs: PlainKernels.BoxSum
typedef struct
{
    int Batch;
    int Channels;
    int Height;
    int Width;
    int ChannelBlock;
} TensorLayout;

static __device__ __forceinline__ int TensorLayout_ChannelBlocks(TensorLayout layout)
{
    return (layout.Channels + layout.ChannelBlock - 1) / layout.ChannelBlock;
}

static __device__ __forceinline__ int TensorLayout_Offset(TensorLayout layout, int n, int c, int y, int x)
{
    int block = n * TensorLayout_ChannelBlocks(layout) + c / layout.ChannelBlock;
    return ((block * layout.Height + y) * layout.Width + x) * layout.ChannelBlock + c % layout.ChannelBlock;
}

static __device__ __forceinline__ float At(
    const float* x_data,
    int x_data_length,
    TensorLayout x_layout,
    int n,
    int c,
    int y,
    int column)
{
    return y >= 0 && y < x_layout.Height && column >= 0 && column < x_layout.Width ? x_data[TensorLayout_Offset(x_layout, n, c, y, column)] : 0.0f;
}

extern "C" __global__ void BoxSum(
    int extent,
    const float* __restrict__ x_data,
    int x_data_length,
    TensorLayout x_layout,
    float* __restrict__ sums,
    int sums_length)
{
    int index = (int)(blockIdx.x * blockDim.x + threadIdx.x);
    if (index >= extent)
        return;
    float sum = 0.0f;
    #pragma unroll
    for (int dy = -1; dy <= 1; dy++)
    {
        #pragma unroll
        for (int dx = -1; dx <= 1; dx++)
            sum += At(x_data, x_data_length, x_layout, 0, 0, index / x_layout.Width + dy, index % x_layout.Width + dx);
    }
    sums[index] = sum;
}
