using System.Globalization;

namespace SegFromScratch.Engine.Devices.Cuda;

/// <summary>A generation of NVIDIA GPUs: which NVRTC knows it, and what it is told.</summary>
/// <remarks>
/// First versions: PTX ISA, release notes, "Release History" (docs.nvidia.com/cuda/parallel-thread-execution), whose targets LLVM's clang/lib/Basic/Cuda.cpp repeats in <c>MinVersionForOffloadArch</c>;
/// 10.3 and 12.1 also CUDA 12.9 features archive, "General CUDA" (docs.nvidia.com/cuda/archive/12.9.1/cuda-features-archive).
/// Volta's last version: CUDA 13.0 release notes, "Deprecated Architectures" (docs.nvidia.com/cuda/archive/13.0.0/cuda-toolkit-release-notes); its compiler refuses 7.0 and 7.2 (github.com/NVIDIA/cutlass, pull request 3166).
/// What an installed NVRTC compiles for it is asked itself; this table serves the advice which one to install.
/// </remarks>
/// <param name="Number">The compute capability times ten: 86 for 8.6.</param>
/// <param name="Name">The generation.</param>
/// <param name="FirstToolkit">The CUDA version whose NVRTC compiles for it first, as CUDA writes it: 12080 for 12.8.</param>
/// <param name="LastToolkit">The last one that does; <see cref="int.MaxValue"/> where none has dropped it.</param>
public readonly record struct CudaArchitecture(int Number, string Name, int FirstToolkit, int LastToolkit)
{
    // What NVRTC takes anyway, said so that the numbers do not depend on the defaults of a version: IEEE division and root, denormals kept, a * b + c in one rounding.
    private static readonly string[] s_common = ["--std=c++17", "--fmad=true", "--ftz=false", "--prec-div=true", "--prec-sqrt=true"];

    /// <summary>All that the engine is written for, ascending.</summary>
    public static IReadOnlyList<CudaArchitecture> All { get; } =
    [
        new(70, "Volta", 9000, 12090),
        new(72, "Volta (Jetson)", 9010, 12090),
        new(75, "Turing", 10000, int.MaxValue),
        new(80, "Ampere", 11000, int.MaxValue),
        new(86, "Ampere", 11010, int.MaxValue),
        new(87, "Ampere (Jetson)", 11040, int.MaxValue),
        new(89, "Ada", 11080, int.MaxValue),
        new(90, "Hopper", 11080, int.MaxValue),
        new(100, "Blackwell", 12080, int.MaxValue),
        new(103, "Blackwell", 12090, int.MaxValue),
        new(110, "Blackwell (Jetson)", 13000, int.MaxValue),
        new(120, "Blackwell", 12080, int.MaxValue),
        new(121, "Blackwell", 12090, int.MaxValue),
    ];

    /// <summary>A GPU's own entry, or the newest one below it; null for a GPU that is older than all.</summary>
    /// <param name="gpu">The compute capability times ten.</param>
    public static CudaArchitecture? Of(int gpu)
    {
        CudaArchitecture? best = null;
        foreach (CudaArchitecture architecture in All)
        {
            if (architecture.Number <= gpu)
                best = architecture;
        }

        return best;
    }

    /// <summary>All options for a target, the one that names it first.</summary>
    public static string[] Options(CudaTarget target) => [target.Option, .. s_common];

    /// <summary>What a newer NVRTC would give a GPU, to stand behind the target: nothing where the target is the GPU's own, or none is known.</summary>
    internal static string Newer(int gpu, CudaTarget target) => Of(gpu) is { } own && own.Number > target.Architecture
        ? $" (the driver fits it to {own.Name}; NVRTC {own.Toolkits} compiles for that itself)"
        : "";

    /// <summary>The NVRTC to install for a GPU, in words: 11.8 or newer, 9.0 to 12.9.</summary>
    public string Toolkits => LastToolkit == int.MaxValue
        ? $"{CudaTarget.Version(FirstToolkit)} or newer"
        : string.Create(CultureInfo.InvariantCulture, $"{CudaTarget.Version(FirstToolkit)} to {CudaTarget.Version(LastToolkit)}");
}
