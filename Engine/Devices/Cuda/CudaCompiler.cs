using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using static SegFromScratch.Engine.Devices.Cuda.NvrtcNative;

namespace SegFromScratch.Engine.Devices.Cuda;

/// <summary>Makes what the driver loads (PTX or machine code) of CUDA C++ text by NVRTC, or takes it from the cache.</summary>
internal sealed unsafe class CudaCompiler
{
    private readonly KernelCache _cache;
    private readonly int _driverVersion;
    private readonly int _nvrtcVersion;
    private readonly CudaTarget _target;

    /// <summary>Chooses what to compile for.</summary>
    /// <exception cref="DeviceException">The library that was found is too old, or does not compile for this GPU.</exception>
    public CudaCompiler(CudaHardware hardware, KernelCache cache)
    {
        (_cache, _driverVersion) = (cache, hardware.DriverVersion);
        try
        {
            int major;
            int minor;
            Check(nvrtcVersion(&major, &minor), "asking NVRTC for its version");
            _nvrtcVersion = (major * 1000) + (minor * 10);
            int count;
            Check(nvrtcGetNumSupportedArchs(&count), "asking NVRTC for its targets");
            var supported = new int[count];
            fixed (int* architectures = supported)
                Check(nvrtcGetSupportedArchs(architectures), "asking NVRTC for its targets");
            _target = CudaTarget.Choose(hardware.Architecture, supported, _nvrtcVersion, _driverVersion);
        }
        catch (EntryPointNotFoundException e)
        {
            throw new DeviceException("the NVRTC that was found is older than 11.2: install that of CUDA 11.2 or newer", e);
        }
    }

    /// <summary>NVRTC's version and what it compiles for, in words.</summary>
    public string Description => $"NVRTC {CudaTarget.Version(_nvrtcVersion)} for {_target.Option["--gpu-architecture=".Length..]}";

    /// <summary>Kernels that were compiled from their text.</summary>
    public int Compiled { get; private set; }

    /// <summary>Kernels that came from the cache.</summary>
    public int FromCache { get; private set; }

    /// <summary>What cuModuleLoadData takes: PTX with its closing zero, or machine code.</summary>
    /// <exception cref="DeviceException">The text does not compile.</exception>
    public byte[] Image(KernelDefinition definition, int[] constants)
    {
        string text = definition.Cuda ?? throw CompilerText.NoForm(definition, "CUDA");
        string[] options = [_target.Option, "--std=c++17", .. CompilerText.Defines(definition, constants)];
        string key = Key(text, options, _driverVersion, _nvrtcVersion);
        if (_cache.Find(key) is { } image)
        {
            FromCache++;
            return image;
        }

        image = Compile(definition, text, options);
        Compiled++;
        _cache.Store(key, image);
        return image;
    }

    /// <summary>The cache's key: the options name the architecture and the constants.</summary>
    internal static string Key(string text, string[] options, int driverVersion, int nvrtcVersion) => KernelCache.Key(
        "cuda", text, string.Join(' ', options), driverVersion.ToString(CultureInfo.InvariantCulture), nvrtcVersion.ToString(CultureInfo.InvariantCulture));

    private static void Check(int error, string action)
    {
        if (error != 0)
            throw new DeviceException($"NVRTC failed while {action}: {Marshal.PtrToStringUTF8((nint)nvrtcGetErrorString(error))}");
    }

    private byte[] Compile(KernelDefinition definition, string text, string[] options)
    {
        nint program;
        Check(nvrtcCreateProgram(&program, text, definition.EntryPoint + ".cu", 0, null, null), $"handing over kernel {definition.Name}");
        try
        {
            if (CompileProgram(program, options) != 0)
                throw CompilerText.BuildFailure(definition, $"cuda ({Description})", Log(program));
            return _target.IsMachineCode ? MachineCode(program) : Ptx(program);
        }
        finally
        {
            _ = nvrtcDestroyProgram(&program);
        }
    }

    private static int CompileProgram(nint program, string[] options)
    {
        byte** texts = stackalloc byte*[options.Length];
        for (int i = 0; i < options.Length; i++)
            texts[i] = (byte*)Marshal.StringToCoTaskMemUTF8(options[i]);
        int error = nvrtcCompileProgram(program, options.Length, texts);
        for (int i = 0; i < options.Length; i++)
            Marshal.FreeCoTaskMem((nint)texts[i]);
        return error;
    }

    private static byte[] Ptx(nint program)
    {
        nuint size;
        Check(nvrtcGetPTXSize(program, &size), "measuring PTX");
        var image = new byte[size];
        fixed (byte* bytes = image)
            Check(nvrtcGetPTX(program, bytes), "reading PTX");
        return image;
    }

    private static byte[] MachineCode(nint program)
    {
        nuint size;
        Check(nvrtcGetCUBINSize(program, &size), "measuring machine code");
        var image = new byte[size];
        fixed (byte* bytes = image)
            Check(nvrtcGetCUBIN(program, bytes), "reading machine code");
        return image;
    }

    private static string Log(nint program)
    {
        nuint size;
        if (nvrtcGetProgramLogSize(program, &size) != 0 || size == 0)
            return "";
        var log = new byte[size];
        fixed (byte* bytes = log)
            return nvrtcGetProgramLog(program, bytes) == 0 ? Encoding.UTF8.GetString(log).TrimEnd('\0') : "";
    }
}
