// PlainKernels.cs: PlainKernels.Filter
typedef struct
{
    int Length;
    int Taps;
    unsigned char Wrap;
} FilterShape;

static __device__ __forceinline__ int FilterShape_Clamp(FilterShape self, int i)
{
    return i < 0 ? 0 : i >= self.Length ? self.Length - 1 : i;
}

extern "C" __global__ void Filter(
    int extent,
    FilterShape shape,
    int mode,
    int negate,
    const float* __restrict__ input,
    int input_length,
    const float* __restrict__ bias,
    int bias_length,
    float* __restrict__ output,
    int output_length)
{
    int index = (int)(blockIdx.x * blockDim.x + threadIdx.x);
    if (index >= extent)
        return;
    float window[SPEC_taps];
    #pragma unroll
    for (int t = 0; t < SPEC_taps; t++)
    {
        int i = index - SPEC_taps / 2 + t;
        bool inside = i >= 0 && i < shape.Length;
        window[t] = mode == 0 ? input[FilterShape_Clamp(shape, i)] : inside ? input[i] : 0.0f;
    }
    float sum = bias_length > 0 ? bias[0] : 0.0f;
    #pragma unroll
    for (int t = 0; t < SPEC_taps; t++)
        sum += window[t] * (t + 1);
    if (negate)
        sum = -sum;
    output[index] = sum;
}
