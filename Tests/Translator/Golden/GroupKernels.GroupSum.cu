// GroupKernels.cs: GroupKernels.GroupSum
static __device__ __forceinline__ int GlobalIndex()
{
    return (int)blockIdx.x * (int)blockDim.x + (int)threadIdx.x;
}

extern "C" __global__ __launch_bounds__(64) void GroupSum(
    const float* __restrict__ x,
    int x_length,
    float* __restrict__ sums,
    int sums_length)
{
    __shared__ __align__(16) float partial[64];
    int i = GlobalIndex();
    float own = i < x_length ? x[i] : 0.0f;
    partial[(int)threadIdx.x] = own;
    __syncthreads();
    for (int step = (int)blockDim.x / 2; step > 0; step /= 2)
    {
        if ((int)threadIdx.x < step)
            partial[(int)threadIdx.x] += partial[(int)threadIdx.x + step];
        __syncthreads();
    }
    if ((int)threadIdx.x == 0)
        sums[(int)blockIdx.x] = partial[0];
    if (i < x_length)
        sums[(int)gridDim.x + i] = own + partial[0];
}
