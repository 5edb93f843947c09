// PlainKernels.cs: PlainKernels.Filter
typedef struct
{
    int Length;
    int Taps;
    uchar Wrap;
} FilterShape;

static inline int FilterShape_Clamp(FilterShape self, int i)
{
    return i < 0 ? 0 : i >= self.Length ? self.Length - 1 : i;
}

__kernel void Filter(
    int extent,
    FilterShape shape,
    int mode,
    int negate,
    __global const float* restrict input_base,
    long input_offset,
    int input_length,
    __global const float* restrict bias_base,
    long bias_offset,
    int bias_length,
    __global float* restrict output_base,
    long output_offset,
    int output_length)
{
    __global const float* input = input_base + input_offset;
    __global const float* bias = bias_base + bias_offset;
    __global float* output = output_base + output_offset;
    int index = (int)get_global_id(0);
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
