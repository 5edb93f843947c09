using SegFromScratch.Engine.Devices;

namespace SegFromScratch.Tests.Devices;

/// <summary>Kernels with texts written by hand, so that a device is tested without the translator.</summary>
internal static class HandWritten
{
    /// <summary>z = a x + b y over views at offsets; a and b come in a struct by value.</summary>
    public static readonly KernelDefinition WeightedSum = Kernel("weighted_sum", isImplicit: true, """
        typedef struct { float a; int unused; float b; } Weights;
        __kernel void weighted_sum(int extent, Weights weights, __global const float* x_base, long x_offset, int x_length,
            __global const float* y_base, long y_offset, int y_length, __global float* z_base, long z_offset, int z_length)
        {
            int i = (int)get_global_id(0);
            if (i >= extent) return;
            z_base[z_offset + i] = weights.a * x_base[x_offset + i] + weights.b * y_base[y_offset + i];
        }
        """, """
        struct Weights { float a; int unused; float b; };
        extern "C" __global__ void weighted_sum(int extent, Weights weights, const float* x, int x_length, const float* y, int y_length, float* z, int z_length)
        {
            int i = blockIdx.x * blockDim.x + threadIdx.x;
            if (i >= extent) return;
            z[i] = weights.a * x[i] + weights.b * y[i];
        }
        """);

    /// <summary>x[i] = SPEC_factor * i + SPEC_shift.</summary>
    public static readonly KernelDefinition Ramp = Kernel("ramp", isImplicit: true, """
        __kernel void ramp(int extent, __global int* x_base, long x_offset, int x_length)
        {
            int i = (int)get_global_id(0);
            if (i >= extent) return;
            x_base[x_offset + i] = SPEC_factor * i + SPEC_shift;
        }
        """, """
        extern "C" __global__ void ramp(int extent, int* x, int x_length)
        {
            int i = blockIdx.x * blockDim.x + threadIdx.x;
            if (i >= extent) return;
            x[i] = SPEC_factor * i + SPEC_shift;
        }
        """, "factor", "shift");

    /// <summary>Writes the length of a view that may be empty, and whether its memory is null.</summary>
    public static readonly KernelDefinition LengthOf = Kernel("length_of", isImplicit: false, """
        __kernel void length_of(__global const float* x_base, long x_offset, int x_length, __global int* y_base, long y_offset, int y_length)
        {
            y_base[y_offset] = x_length;
            y_base[y_offset + 1] = x_base == 0;
        }
        """, """
        extern "C" __global__ void length_of(const float* x, int x_length, int* y, int y_length)
        {
            y[0] = x_length;
            y[1] = x == 0;
        }
        """);

    /// <summary>Each group turns its 64 numbers around in local memory.</summary>
    public static readonly KernelDefinition Reverse = Kernel("reverse", isImplicit: false, """
        __kernel void reverse(__global int* x_base, long x_offset, int x_length)
        {
            __local int tile[64];
            int t = (int)get_local_id(0);
            int start = (int)get_group_id(0) * 64;
            tile[t] = x_base[x_offset + start + t];
            barrier(CLK_LOCAL_MEM_FENCE);
            x_base[x_offset + start + t] = tile[63 - t];
        }
        """, """
        extern "C" __global__ void reverse(int* x, int x_length)
        {
            __shared__ int tile[64];
            int t = threadIdx.x;
            int start = blockIdx.x * 64;
            tile[t] = x[start + t];
            __syncthreads();
            x[start + t] = tile[63 - t];
        }
        """);

    /// <summary>Each work-item writes its place in a grid of three dimensions.</summary>
    public static readonly KernelDefinition Places = Kernel("places", isImplicit: false, """
        __kernel void places(__global int* x_base, long x_offset, int x_length)
        {
            int width = (int)get_global_size(0), height = (int)get_global_size(1);
            int x = (int)get_global_id(0), y = (int)get_global_id(1), z = (int)get_global_id(2);
            x_base[x_offset + (z * height + y) * width + x] =
                (int)get_group_id(0) + 10 * (int)get_group_id(1) + 100 * (int)get_group_id(2)
                + 1000 * (int)get_local_id(0) + 10000 * (int)get_local_id(1) + 100000 * (int)get_local_id(2);
        }
        """, """
        extern "C" __global__ void places(int* p, int p_length)
        {
            int width = gridDim.x * blockDim.x, height = gridDim.y * blockDim.y;
            int x = blockIdx.x * blockDim.x + threadIdx.x, y = blockIdx.y * blockDim.y + threadIdx.y, z = blockIdx.z * blockDim.z + threadIdx.z;
            p[(z * height + y) * width + x] =
                blockIdx.x + 10 * blockIdx.y + 100 * blockIdx.z + 1000 * threadIdx.x + 10000 * threadIdx.y + 100000 * threadIdx.z;
        }
        """);

    /// <summary>Does not compile.</summary>
    public static readonly KernelDefinition Broken = Kernel("broken", isImplicit: true, """
        __kernel void broken(int extent)
        {
            int x = nowhere;
        }
        """, """
        extern "C" __global__ void broken(int extent)
        {
            int x = nowhere;
        }
        """);

    /// <summary>A kernel with the given texts.</summary>
    public static KernelDefinition Kernel(string entryPoint, bool isImplicit, string openCl, string cuda, params string[] constants) => new()
    {
        Name = $"HandWritten.{entryPoint}",
        EntryPoint = entryPoint,
        OpenCl = openCl,
        Cuda = cuda,
        CSharp = "",
        IsImplicitlyGrouped = isImplicit,
        UsesBarrier = openCl.Contains("barrier(", StringComparison.Ordinal),
        Constants = constants,
    };

    /// <summary>The struct of <see cref="WeightedSum"/>.</summary>
    public record struct Weights(float A, int Unused, float B);
}
