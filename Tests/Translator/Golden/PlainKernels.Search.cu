// PlainKernels.cs: PlainKernels.Search
extern "C" __global__ void Search(
    int extent,
    const int* __restrict__ values,
    int values_length,
    int count,
    int* __restrict__ found,
    int found_length)
{
    int index = (int)(blockIdx.x * blockDim.x + threadIdx.x);
    if (index >= extent)
        return;
    for (int i = 0; i < count; i++)
    {
        if (values[i] < 0)
            continue;
        if (values[i] == index)
        {
            found[index] = i;
            return;
        }
    }
    while (count > 0)
    {
        count--;
        if (count == 3)
            break;
    }
    found[index] = -1 - count;
}
