// PlainKernels.cs: PlainKernels.Saxpy
__kernel void Saxpy(
    int extent,
    float a,
    __global const float* restrict x_base,
    long x_offset,
    int x_length,
    __global float* restrict y_base,
    long y_offset,
    int y_length)
{
    __global const float* x = x_base + x_offset;
    __global float* y = y_base + y_offset;
    int index = (int)get_global_id(0);
    if (index >= extent)
        return;
    y[index] = a * x[index] + y[index];
}
