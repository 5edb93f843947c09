// PlainKernels.cs: PlainKernels.BoxSum
typedef struct
{
    int Batch;
    int Channels;
    int Height;
    int Width;
    int ChannelBlock;
} TensorLayout;

static inline int TensorLayout_ChannelBlocks(TensorLayout layout)
{
    return (layout.Channels + layout.ChannelBlock - 1) / layout.ChannelBlock;
}

static inline int TensorLayout_Offset(TensorLayout layout, int n, int c, int y, int x)
{
    int block = n * TensorLayout_ChannelBlocks(layout) + c / layout.ChannelBlock;
    return ((block * layout.Height + y) * layout.Width + x) * layout.ChannelBlock + c % layout.ChannelBlock;
}

static inline float At(
    __global const float* x_data,
    int x_data_length,
    TensorLayout x_layout,
    int n,
    int c,
    int y,
    int column)
{
    return y >= 0 && y < x_layout.Height && column >= 0 && column < x_layout.Width ? x_data[TensorLayout_Offset(x_layout, n, c, y, column)] : 0.0f;
}

__kernel void BoxSum(
    int extent,
    __global const float* restrict x_data_base,
    long x_data_offset,
    int x_data_length,
    TensorLayout x_layout,
    __global float* restrict sums_base,
    long sums_offset,
    int sums_length)
{
    __global const float* x_data = x_data_base + x_data_offset;
    __global float* sums = sums_base + sums_offset;
    int index = (int)get_global_id(0);
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
