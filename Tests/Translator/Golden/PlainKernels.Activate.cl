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

static inline float MaxFloat(float a, float b)
{
    return a > b || a != a ? a : b;
}

static inline int TensorLayout_ChannelBlocks(TensorLayout layout)
{
    return (layout.Channels + layout.ChannelBlock - 1) / layout.ChannelBlock;
}

static inline int TensorLayout_Offset(TensorLayout layout, int n, int c, int y, int x)
{
    int block = n * TensorLayout_ChannelBlocks(layout) + c / layout.ChannelBlock;
    return ((block * layout.Height + y) * layout.Width + x) * layout.ChannelBlock + c % layout.ChannelBlock;
}

static inline TensorPosition TensorLayout_Position(TensorLayout layout, int offset)
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

static inline float SiluOperation_Apply(SiluOperation self, float x)
{
    return x / (1.0f + exp(-x));
}

static inline float Map(float x, SiluOperation operation)
{
    return SiluOperation_Apply(operation, x);
}

static inline float ReluOperation_Apply(ReluOperation self, float x)
{
    return MaxFloat(x, 0.0f);
}

static inline float Map_2(float x, ReluOperation operation)
{
    return ReluOperation_Apply(operation, x);
}

__kernel void Activate(
    int extent,
    int kind,
    __global const float* restrict x_data_base,
    long x_data_offset,
    int x_data_length,
    TensorLayout x_layout,
    __global float* restrict y_data_base,
    long y_data_offset,
    int y_data_length,
    TensorLayout y_layout)
{
    __global const float* x_data = x_data_base + x_data_offset;
    __global float* y_data = y_data_base + y_data_offset;
    int index = (int)get_global_id(0);
    if (index >= extent)
        return;
    TensorPosition at = TensorLayout_Position(x_layout, index);
    if (at.C >= x_layout.Channels)
        return;
    float value = x_data[TensorLayout_Offset(x_layout, at.N, at.C, at.Y, at.X)];
    y_data[TensorLayout_Offset(y_layout, at.N, at.C, at.Y, at.X)] = kind == 0 ? Map_2(value, ((ReluOperation){0})) : kind == 1 ? Map(value, ((SiluOperation){0})) : value;
}
