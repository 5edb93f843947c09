// PlainKernels.cs: PlainKernels.Hash
enum { HashRounds = 3 };

extern "C" __global__ void Hash(
    int extent,
    unsigned int seed,
    unsigned int* __restrict__ hashes,
    int hashes_length,
    int* __restrict__ shifted,
    int shifted_length)
{
    int index = (int)(blockIdx.x * blockDim.x + threadIdx.x);
    if (index >= extent)
        return;
    unsigned long long state = (unsigned long long)seed + (unsigned long long)(unsigned int)index * 0x9E3779B97F4A7C15ULL;
    #pragma unroll
    for (int round = 0; round < HashRounds; round++)
    {
        state ^= state >> 33;
        state *= 0xFF51AFD7ED558CCDULL;
    }
    unsigned int low = (unsigned int)state;
    unsigned int high = (unsigned int)(state >> 32);
    hashes[index] = low ^ high;
    int signed_ = (int)low;
    shifted[index] = (int)((unsigned int)signed_ >> 3) + (signed_ >> ((int)(high & 63u) & 31)) - (1 << (index + 30 & 31)) % 7;
}
