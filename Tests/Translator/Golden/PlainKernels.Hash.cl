// PlainKernels.cs: PlainKernels.Hash
enum { HashRounds = 3 };

__kernel void Hash(
    int extent,
    uint seed,
    __global uint* restrict hashes_base,
    long hashes_offset,
    int hashes_length,
    __global int* restrict shifted_base,
    long shifted_offset,
    int shifted_length)
{
    __global uint* hashes = hashes_base + hashes_offset;
    __global int* shifted = shifted_base + shifted_offset;
    int index = (int)get_global_id(0);
    if (index >= extent)
        return;
    ulong state = (ulong)seed + (ulong)(uint)index * 0x9E3779B97F4A7C15UL;
    #pragma unroll
    for (int round = 0; round < HashRounds; round++)
    {
        state ^= state >> 33;
        state *= 0xFF51AFD7ED558CCDUL;
    }
    uint low = (uint)state;
    uint high = (uint)(state >> 32);
    hashes[index] = low ^ high;
    int signed_ = (int)low;
    shifted[index] = (int)((uint)signed_ >> 3) + (signed_ >> ((int)(high & 63u) & 31)) - (1 << (index + 30 & 31)) % 7;
}
