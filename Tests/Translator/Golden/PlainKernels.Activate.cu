// PlainKernels.cs: PlainKernels.Activate
typedef struct
{
    int Batch;
    int Channels;
    int Height;
    int Width;
    int ChannelBlock;
} TensorLayout;

typedef struct
{
    int N;
    int C;
    int Y;
    int X;
} TensorPosition;

typedef struct
{
    char unused;
} SiluOperation;

typedef struct
{
    char unused;
} ReluOperation;

static __device__ __forceinline__ float MaxFloat(float a, float b)
{
    return a > b || a != a ? a : b;
}

static __device__ __forceinline__ int TensorLayout_ChannelBlocks(TensorLayout layout)
{
    return (layout.Channels + layout.ChannelBlock - 1) / layout.ChannelBlock;
}

static __device__ __forceinline__ int TensorLayout_Offset(TensorLayout layout, int n, int c, int y, int x)
{
    int block = n * TensorLayout_ChannelBlocks(layout) + c / layout.ChannelBlock;
    return ((block * layout.Height + y) * layout.Width + x) * layout.ChannelBlock + c % layout.ChannelBlock;
}

static __device__ __forceinline__ TensorPosition TensorLayout_Position(TensorLayout layout, int offset)
{
    int pixel = offset / layout.ChannelBlock;
    int row = pixel / layout.Width;
    int plane = row / layout.Height;
    int n = plane / TensorLayout_ChannelBlocks(layout);
    TensorPosition position;
    position.N = n;
    position.C = (plane - n * TensorLayout_ChannelBlocks(layout)) * layout.ChannelBlock + (offset - pixel * layout.ChannelBlock);
    position.Y = row - plane * layout.Height;
    position.X = pixel - row * layout.Width;
    return position;
}

static __device__ __forceinline__ float SiluOperation_Apply(SiluOperation self, float x)
{
    return x / (1.0f + expf(-x));
}

static __device__ __forceinline__ float Map(float x, SiluOperation operation)
{
    return SiluOperation_Apply(operation, x);
}

static __device__ __forceinline__ float ReluOperation_Apply(ReluOperation self, float x)
{
    return MaxFloat(x, 0.0f);
}

static __device__ __forceinline__ float Map_2(float x, ReluOperation operation)
{
    return ReluOperation_Apply(operation, x);
}

extern "C" __global__ void Activate(
    int extent,
    int kind,
    const float* __restrict__ x_data,
    int x_data_length,
    TensorLayout x_layout,
    float* __restrict__ y_data,
    int y_data_length,
    TensorLayout y_layout)
{
    int index = (int)(blockIdx.x * blockDim.x + threadIdx.x);
    if (index >= extent)
        return;
    TensorPosition at = TensorLayout_Position(x_layout, index);
    if (at.C >= x_layout.Channels)
        return;
    float value = x_data[TensorLayout_Offset(x_layout, at.N, at.C, at.Y, at.X)];
    y_data[TensorLayout_Offset(y_layout, at.N, at.C, at.Y, at.X)] = kind == 0 ? Map_2(value, ReluOperation{}) : kind == 1 ? Map(value, SiluOperation{}) : value;
}
