// GroupKernels.cs: GroupKernels.GroupSum
static inline int GlobalIndex()
{
    return (int)get_group_id(0) * (int)get_local_size(0) + (int)get_local_id(0);
}

__kernel void GroupSum(
    __global const float* restrict x_base,
    long x_offset,
    int x_length,
    __global float* restrict sums_base,
    long sums_offset,
    int sums_length)
{
    __global const float* x = x_base + x_offset;
    __global float* sums = sums_base + sums_offset;
    __attribute__((aligned(16))) __local float partial[64];
    int i = GlobalIndex();
    float own = i < x_length ? x[i] : 0.0f;
    partial[(int)get_local_id(0)] = own;
    barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
    for (int step = (int)get_local_size(0) / 2; step > 0; step /= 2)
    {
        if ((int)get_local_id(0) < step)
            partial[(int)get_local_id(0)] += partial[(int)get_local_id(0) + step];
        barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
    }
    if ((int)get_local_id(0) == 0)
        sums[(int)get_group_id(0)] = partial[0];
    if (i < x_length)
        sums[(int)get_num_groups(0) + i] = own + partial[0];
}
