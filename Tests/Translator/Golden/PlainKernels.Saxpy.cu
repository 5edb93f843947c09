// PlainKernels.cs: PlainKernels.Saxpy
extern "C" __global__ void Saxpy(
    int extent,
    float a,
    const float* __restrict__ x,
    int x_length,
    float* __restrict__ y,
    int y_length)
{
    int index = (int)(blockIdx.x * blockDim.x + threadIdx.x);
    if (index >= extent)
        return;
    y[index] = a * x[index] + y[index];
}
