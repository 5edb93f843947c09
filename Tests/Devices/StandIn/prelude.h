// What NVRTC has built in, for a processor. Tensor-core instructions follow the PTX ISA's tables of fragments (mma.m16n8k8 and m16n8k16).
#define __global__
#define __device__
#define __forceinline__ inline __attribute__((always_inline))
#define __launch_bounds__(n)
#define __shared__ static
#define __align__(n) __attribute__((aligned(n)))
struct standin_index
{
    unsigned x, y, z;
};
extern "C"
{
    struct
    {
        standin_index threadIdx, blockIdx, blockDim, gridDim;
    } standin_place;
    void (*standin_barrier)();
    void (*standin_exchange)(const void*, int, void*);
    float expf(float), logf(float), powf(float, float), sinf(float), cosf(float), tanhf(float), fmodf(float, float);
    double exp(double), log(double), pow(double, double), sqrt(double), tanh(double), fabs(double), floor(double);
}
#define threadIdx standin_place.threadIdx
#define blockIdx standin_place.blockIdx
#define blockDim standin_place.blockDim
#define gridDim standin_place.gridDim
#define __syncthreads() standin_barrier()
#define isnan(x) __builtin_isnan(x)
#define isinf(x) __builtin_isinf(x)
#define isfinite(x) __builtin_isfinite(x)
struct __align__(16) float4
{
    float x, y, z, w;
};
inline float4 make_float4(float x, float y, float z, float w) { return float4{x, y, z, w}; }
inline float fabsf(float x) { return __builtin_fabsf(x); }
inline float floorf(float x) { return __builtin_floorf(x); }
inline float ceilf(float x) { return __builtin_ceilf(x); }
inline float truncf(float x) { return __builtin_truncf(x); }
inline float rintf(float x) { return __builtin_rintf(x); }
inline float sqrtf(float x) { return __builtin_sqrtf(x); }
inline float fmaf(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
inline int min(int a, int b) { return a < b ? a : b; }
inline int max(int a, int b) { return a > b ? a : b; }
inline int abs(int a) { return a < 0 ? -a : a; }
inline int __float_as_int(float x) { return __builtin_bit_cast(int, x); }
inline unsigned __float_as_uint(float x) { return __builtin_bit_cast(unsigned, x); }
inline float __int_as_float(int x) { return __builtin_bit_cast(float, x); }
inline float __uint_as_float(unsigned x) { return __builtin_bit_cast(float, x); }
inline int atomicAdd(int* p, int v) { int old = *p; *p += v; return old; }
inline int atomicMax(int* p, int v) { int old = *p; *p = max(old, v); return old; }

namespace StandIn
{
template <int... I> struct Places {};
template <int N, int... I> struct Count : Count<N - 1, N - 1, I...> {};
template <int... I> struct Count<0, I...> { typedef Places<I...> type; };
template <class... A, int... I> void call(void (*kernel)(A...), void** arguments, Places<I...>) { kernel(*(A*)arguments[I]...); }
template <class... A> void call(void (*kernel)(A...), void** arguments) { call(kernel, arguments, typename Count<sizeof...(A)>::type()); }
template <class F> struct Sizes;
template <class... A> struct Sizes<void (*)(A...)>
{
    static const int count = sizeof...(A);
    static void fill(int* sizes)
    {
        const int all[] = {(int)sizeof(A)..., 0};
        for (int i = 0; i < count; i++)
            sizes[i] = all[i];
    }
};

// A lane's part of a product: A's registers, B's registers, in the order of the instruction.
struct Lane
{
    unsigned a[4], b[2];
};

inline float bf16(unsigned word, int half) { return __uint_as_float(half ? word & 0xFFFF0000u : word << 16); }

// Rows g and g + 8 of A lie with the lanes 4 g to 4 g + 3; column g of B likewise. Registers 0, 1 hold the first half of the terms, 2, 3 of A and 1 of B the second.
inline void multiply(float* c, Lane mine, bool isBf16)
{
    Lane lanes[32];
    standin_exchange(&mine, sizeof(Lane), lanes);
    int lane = (threadIdx.x + threadIdx.y * blockDim.x) % 32;
    for (int i = 0; i < 4; i++)
    {
        int row = lane / 4, high = i / 2, column = lane % 4 * 2 + i % 2;
        float sum = c[i];
        for (int word = 0; word < 8; word++)
        {
            unsigned a = lanes[row * 4 + word % 4].a[word / 4 * 2 + high], b = lanes[column * 4 + word % 4].b[word / 4];
            sum += isBf16 ? bf16(a, 0) * bf16(b, 0) + bf16(a, 1) * bf16(b, 1) : __uint_as_float(a & 0xFFFFE000u) * __uint_as_float(b & 0xFFFFE000u);
        }
        c[i] = sum;
    }
}
}

inline void standin_mma_sync_aligned_m16n8k8_row_col_f32_tf32_tf32_f32(float& c0, float& c1, float& c2, float& c3, unsigned a0, unsigned a1, unsigned a2, unsigned a3, unsigned b0, unsigned b1)
{
    float c[4] = {c0, c1, c2, c3};
    StandIn::multiply(c, {{a0, a1, a2, a3}, {b0, b1}}, false);
    c0 = c[0], c1 = c[1], c2 = c[2], c3 = c[3];
}

inline void standin_mma_sync_aligned_m16n8k16_row_col_f32_bf16_bf16_f32(float& c0, float& c1, float& c2, float& c3, unsigned a0, unsigned a1, unsigned a2, unsigned a3, unsigned b0, unsigned b1)
{
    float c[4] = {c0, c1, c2, c3};
    StandIn::multiply(c, {{a0, a1, a2, a3}, {b0, b1}}, true);
    c0 = c[0], c1 = c[1], c2 = c[2], c3 = c[3];
}

// To the nearest with 10 bits of mantissa, halves away from zero; and two numbers with 7 bits each, halves to even, the first operand in the upper half.
inline void standin_cvt_rna_tf32_f32(unsigned& word, float value)
{
    unsigned bits = __float_as_uint(value), rest = bits % 8192;
    word = isfinite(value) ? bits - rest + (rest >= 4096 ? 8192 : 0) : bits;
}

inline unsigned standin_upper_half(float value)
{
    unsigned bits = __float_as_uint(value), upper = bits / 65536, rest = bits % 65536;
    return isnan(value) ? 0x7FFF : upper + (rest > 32768 || (rest == 32768 && upper % 2) ? 1 : 0);
}

inline void standin_cvt_rn_bf16x2_f32(unsigned& word, float high, float low) { word = standin_upper_half(high) * 65536 + standin_upper_half(low); }
