using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Tests.Translator;

/// <summary>A C compiler accepts every text. NVIDIA's own compiler is not needed for that; clang makes PTX of CUDA as well.</summary>
public sealed class ClangTests
{
    private const string Compiler = "/usr/bin/clang-19";
    private const string Depot = "__local_depot";

    /// <summary>What NVRTC has built in, for a clang without CUDA's headers.</summary>
    private const string CudaPrelude = """
        #define __global__ __attribute__((global))
        #define __device__ __attribute__((device))
        #define __shared__ __attribute__((shared))
        #define __align__(n) __attribute__((aligned(n)))
        struct __align__(16) float4
        {
            float x, y, z, w;
        };
        #define __forceinline__ inline __attribute__((always_inline))
        #define __launch_bounds__(n) __attribute__((launch_bounds(n)))
        #define REGISTERS(type, name) \
            struct type \
            { \
                __declspec(property(get = getX)) unsigned x; \
                __declspec(property(get = getY)) unsigned y; \
                __declspec(property(get = getZ)) unsigned z; \
                static __device__ __forceinline__ unsigned getX() { return __nvvm_read_ptx_sreg_##name##_x(); } \
                static __device__ __forceinline__ unsigned getY() { return __nvvm_read_ptx_sreg_##name##_y(); } \
                static __device__ __forceinline__ unsigned getZ() { return __nvvm_read_ptx_sreg_##name##_z(); } \
            };
        REGISTERS(ThreadIndex, tid)
        REGISTERS(BlockIndex, ctaid)
        REGISTERS(BlockSize, ntid)
        REGISTERS(GridSize, nctaid)
        extern const __device__ ThreadIndex threadIdx;
        extern const __device__ BlockIndex blockIdx;
        extern const __device__ BlockSize blockDim;
        extern const __device__ GridSize gridDim;
        __device__ __forceinline__ float4 make_float4(float x, float y, float z, float w) { return float4{x, y, z, w}; }
        #define __syncthreads() __nvvm_bar_sync(0)
        #define isnan(x) __builtin_isnan(x)
        #define isinf(x) __builtin_isinf(x)
        #define isfinite(x) __builtin_isfinite(x)
        __device__ float expf(float), logf(float), powf(float, float), sinf(float), cosf(float), tanhf(float), fmodf(float, float);
        __device__ __forceinline__ float fabsf(float x) { return __builtin_fabsf(x); }
        __device__ __forceinline__ float floorf(float x) { return __builtin_floorf(x); }
        __device__ __forceinline__ float ceilf(float x) { return __builtin_ceilf(x); }
        __device__ __forceinline__ float truncf(float x) { return __builtin_truncf(x); }
        __device__ __forceinline__ float rintf(float x) { return __builtin_rintf(x); }
        __device__ __forceinline__ float sqrtf(float x) { return __nvvm_sqrt_rn_f(x); }
        __device__ __forceinline__ float fmaf(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
        __device__ __forceinline__ int min(int a, int b) { return a < b ? a : b; }
        __device__ __forceinline__ int max(int a, int b) { return a > b ? a : b; }
        __device__ __forceinline__ int abs(int a) { return a < 0 ? -a : a; }
        __device__ __forceinline__ int __float_as_int(float x) { return __builtin_bit_cast(int, x); }
        __device__ __forceinline__ unsigned __float_as_uint(float x) { return __builtin_bit_cast(unsigned, x); }
        __device__ __forceinline__ float __int_as_float(int x) { return __builtin_bit_cast(float, x); }
        __device__ __forceinline__ float __uint_as_float(unsigned x) { return __builtin_bit_cast(float, x); }
        __device__ __forceinline__ int atomicAdd(int* p, int v) { return __nvvm_atom_add_gen_i(p, v); }
        __device__ __forceinline__ int atomicMax(int* p, int v) { return __nvvm_atom_max_gen_i(p, v); }

        """;

    private static readonly Regex s_shared = new(@"addrspace\(3\) global \[(\d+) x (?:float|i32)\]", RegexOptions.CultureInvariant);
    private static readonly Regex s_sharedLoad = new(@"ld\.shared\.v4\.(?:f32|b32|u32)", RegexOptions.CultureInvariant);
    private static readonly Regex s_double = new(@"\bdouble\b", RegexOptions.CultureInvariant);

    /// <summary>Kernels that index an array of their own with what no compiler knows, and why that is worth its price.</summary>
    private static readonly Dictionary<string, string> s_needLocalMemory = [];

    private static readonly Assembly[] s_libraries = [typeof(KernelCatalog).Assembly, typeof(OperationCatalog).Assembly];

    /// <summary>Kernels for processors: a GPU has no vector registers.</summary>
    private static readonly string[] s_withoutCuda =
    [
        "RunCopyKernels.Vectors", "CrossEntropyVectorKernels.Backward", "CrossEntropyVectorKernels.Forward", "DepthwiseVectorKernels.Product", "DepthwiseVectorKernels.WeightGradient", "ImplicitVectorKernels.Product",
        "MatrixProductVectorKernels.VectorTiles", "NormalizationVectorKernels.GradientSums", "NormalizationVectorKernels.InputGradient", "NormalizationVectorKernels.Normalize",
        "NormalizationVectorKernels.Statistics", "PeakKernels.CopyVectors", "PeakKernels.Vectors", "SoftmaxVectorKernels.Backward", "SoftmaxVectorKernels.Forward", "WeightGradientVectorKernels.Product",
    ];

    /// <summary>Kernels that larger windows do not take.</summary>
    private static readonly string[] s_upTo25Taps =
        ["DepthwiseTileKernels.RegisterTiles", "DepthwiseTileKernels.RegisterTilesApart", "DepthwiseTileKernels.SharedTiles", "DepthwiseWeightGradientKernels.RegisterTiles"];

    private static IEnumerable<TestCaseData> Kernels() =>
        s_libraries.Append(typeof(ClangTests).Assembly).SelectMany(KernelCatalog.Of).Select(kernel => new TestCaseData(kernel).SetArgDisplayNames(kernel.Name));

    private static IEnumerable<TestCaseData> CudaKernels() =>
        from library in s_libraries
        from kernel in KernelCatalog.Of(library)
        from architecture in (string[])["sm_80", "sm_90"]
        where kernel.Cuda is not null
        select new TestCaseData(kernel, architecture).SetArgDisplayNames(kernel.Name, architecture);

    private static IEnumerable<TestCaseData> SpecializedKernels() =>
        from library in s_libraries
        from kernel in KernelCatalog.Of(library)
        from value in (int[])[1, 5, 7]
        where kernel.Cuda is not null && kernel.Constants.Count > 0 && !kernel.Name.Contains("Tensor", StringComparison.Ordinal) && (value <= 5 || !s_upTo25Taps.Contains(kernel.Name))
        select new TestCaseData(kernel, value).SetArgDisplayNames(kernel.Name, $"{value}");

    [TestCaseSource(nameof(Kernels))]
    public void The_CUDA_text_becomes_PTX(KernelDefinition kernel)
    {
        if (s_withoutCuda.Contains(kernel.Name))
            Assert.That(kernel.Cuda, Is.Null);
        else
            Assert.That(Ptx(kernel, "sm_80"), Does.Contain(".entry " + kernel.EntryPoint + "("));
    }

    /// <summary>An array that is indexed with constants lives in registers. Another one lies in local memory, which is a part of global memory: clang calls it a depot.</summary>
    [TestCaseSource(nameof(CudaKernels))]
    public void Arrays_of_work_items_live_in_registers(KernelDefinition kernel, string architecture) =>
        Assert.That(Ptx(kernel, architecture), s_needLocalMemory.ContainsKey(kernel.Name) ? Does.Contain(Depot) : Does.Not.Contain(Depot));

    /// <summary>Tiles in registers are filled sixteen bytes at a time: without that, loads from shared memory are what all wait for.</summary>
    [TestCase("MatrixProductKernels.RegisterTiles")]
    [TestCase("ImplicitTileKernels.RegisterTiles")]
    [TestCase("WeightGradientTileKernels.RegisterTiles")]
    public void Register_tiles_load_sixteen_bytes_at_once(string name)
    {
        string ptx = Ptx(KernelCatalog.Of(typeof(OperationCatalog).Assembly).Single(kernel => kernel.Name == name), "sm_90");

        // Four of each of the eight steps of a tile's depth, for 64 multiply-adds a step.
        Assert.That(s_sharedLoad.Count(ptx), Is.EqualTo(4 * 8));
        Assert.That(ptx.Split("fma.rn.f32").Length - 1, Is.EqualTo(64 * 8));
    }

    /// <summary>Windows of 1x1, 5x5 and 7x7, and as many classes: what is unrolled for 3 must be for others.</summary>
    [TestCaseSource(nameof(SpecializedKernels))]
    public void Arrays_of_specialized_kernels_live_in_registers(KernelDefinition kernel, int value) =>
        Assert.That(Ptx(kernel, "sm_90", [.. kernel.Constants.Select(_ => value)]), Does.Not.Contain(Depot));

    /// <summary>What every OpenCL 1.2 driver takes, on a GPU with 32 KB of shared memory (the least that OpenCL allows) and without double precision (Intel Arc).</summary>
    [TestCaseSource(nameof(Kernels))]
    public void The_OpenCL_text_is_OpenCL_1_2_without_double_and_with_little_shared_memory(KernelDefinition kernel)
    {
        string text = kernel.OpenCl ?? "";
        string code = Compile(text, "-x cl -cl-std=CL1.2 -Xclang -finclude-default-header --target=spir64-unknown-unknown -Werror=implicit-function-declaration -Werror=unknown-attributes -S -emit-llvm " + Constants(kernel));
        Assert.That(text, Does.Not.Contain("cl_khr_").And.Not.Contain("opencl_unroll_hint"), "extensions, and what came with OpenCL C 2.0");
        Assert.That(s_double.IsMatch(code), Is.False, "double precision");
        Assert.That(s_shared.Matches(code).Sum(array => long.Parse(array.Groups[1].Value, CultureInfo.InvariantCulture) * sizeof(float)), Is.LessThanOrEqualTo(32 << 10), "bytes of shared memory");
        Assert.That(s_shared.Count(code), Is.EqualTo(code.Split("addrspace(3) global").Length - 1), "every shared array is one of 32-bit numbers");
    }

    /// <summary>The PTX of a kernel.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="architecture">sm_80 or sm_90.</param>
    /// <param name="constants">The values of its constants; 3 each if left out.</param>
    internal static string Ptx(KernelDefinition kernel, string architecture, params int[] constants) => Compile(
        CudaPrelude + kernel.Cuda,
        $"-x cuda -nocudainc -nocudalib --cuda-device-only --cuda-gpu-arch={architecture} -Xclang -target-feature -Xclang +ptx{(architecture == "sm_90" ? 78 : 70)} -fdeclspec -O3 -S {(constants.Length == 0 ? Constants(kernel) : string.Join(' ', CompilerText.Defines(kernel, constants)))}");

    private static string Constants(KernelDefinition kernel) => string.Join(' ', kernel.Constants.Select(name => "-DSPEC_" + name + "=3"));

    private static string Compile(string source, string options)
    {
        if (!File.Exists(Compiler))
            Assert.Ignore("clang-19 is not installed");
        using var process = Process.Start(new ProcessStartInfo(Compiler, options + " - -o -") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(source);
        process.StandardInput.Close();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, errors.Result);
        return output.Result;
    }
}
