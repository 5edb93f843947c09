// PlainKernels.cs: PlainKernels.Search
__kernel void Search(
    int extent,
    __global const int* restrict values_base,
    long values_offset,
    int values_length,
    int count,
    __global int* restrict found_base,
    long found_offset,
    int found_length)
{
    __global const int* values = values_base + values_offset;
    __global int* found = found_base + found_offset;
    int index = (int)get_global_id(0);
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
