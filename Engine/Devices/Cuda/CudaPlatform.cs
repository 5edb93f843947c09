using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace SegFromScratch.Engine.Devices.Cuda;

/// <summary>
/// The two libraries that a CUDA device needs: the driver's and NVRTC. The environment variables SEG_CUDA_DRIVER and SEG_NVRTC name a file to take
/// instead of those that the system has, for machines where they lie in unusual places.
/// </summary>
internal sealed class CudaPlatform
{
    /// <summary>The variables that name a library to take.</summary>
    public const string DriverVariable = "SEG_CUDA_DRIVER", CompilerVariable = "SEG_NVRTC";

    private static readonly string[] s_drivers = ["libcuda.so.1", "libcuda.so", "nvcuda.dll", "/usr/lib/wsl/lib/libcuda.so.1"];
    private static readonly ConcurrentDictionary<(string? Driver, string? Compiler), CudaPlatform> s_found = new();
    private readonly string? _compiler;
    private NvrtcApi? _nvrtc;

    private CudaPlatform(string? driver, string? compiler)
    {
        _compiler = compiler;
        if (TryLoad(driver is null ? s_drivers : [driver], out nint library))
            Driver = new CudaDriver(library);
    }

    /// <summary>The driver; null if the machine has none.</summary>
    public CudaDriver? Driver { get; }

    /// <summary>The libraries of this machine, or those that the environment names.</summary>
    /// <exception cref="EntryPointNotFoundException">The driver is older than CUDA 11.</exception>
    public static CudaPlatform OfSystem() => Of(Named(DriverVariable), Named(CompilerVariable));

    /// <summary>The libraries of two files.</summary>
    /// <param name="driver">The driver; the system's if null.</param>
    /// <param name="compiler">NVRTC; the system's if null.</param>
    public static CudaPlatform Of(string? driver, string? compiler) => s_found.GetOrAdd((driver, compiler), files => new CudaPlatform(files.Driver, files.Compiler));

    /// <summary>NVRTC, loaded when it is first asked for.</summary>
    /// <param name="driverVersion">The newest CUDA version that the driver knows: 12040 for 12.4.</param>
    /// <param name="nvrtc">NVRTC, or null.</param>
    /// <returns>Why there is none, or null if it is there.</returns>
    /// <exception cref="DeviceException">It is too old.</exception>
    public DeviceAbsence? FindCompiler(int driverVersion, out NvrtcApi? nvrtc)
    {
        if (_nvrtc is null && TryLoad(_compiler is null ? NvrtcLibrary.Candidates(driverVersion, NvrtcLibrary.Toolkits()) : [_compiler], out nint library))
            _nvrtc = new NvrtcApi(library);
        nvrtc = _nvrtc;
        return nvrtc is null ? NvrtcLibrary.Missing(driverVersion) : null;
    }

    private static string? Named(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } file ? file : null;

    private static bool TryLoad(IEnumerable<string> candidates, out nint library)
    {
        library = 0;
        foreach (string candidate in candidates)
        {
            if (NativeLibrary.TryLoad(candidate, typeof(CudaPlatform).Assembly, null, out library))
                return true;
        }

        return false;
    }
}
