using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace SegFromScratch.Engine.Devices.Cuda;

/// <summary>Makes modules of CUDA C++ text by NVRTC, or of what an earlier run left in the cache.</summary>
internal sealed unsafe class CudaCompiler
{
    private readonly CudaDriver _driver;
    private readonly NvrtcApi _nvrtc;
    private readonly int _driverVersion;
    private readonly int _nvrtcVersion;
    private readonly int _architecture;
    private readonly CudaTarget _target;

    /// <summary>Chooses what to compile for.</summary>
    /// <exception cref="DeviceException">NVRTC does not compile for this GPU.</exception>
    public CudaCompiler(CudaDriver driver, NvrtcApi nvrtc, CudaHardware hardware, KernelCache cache)
    {
        (_driver, _nvrtc, _driverVersion, Builds) = (driver, nvrtc, hardware.DriverVersion, new KernelBuilds(cache));
        int major;
        int minor;
        nvrtc.Check(nvrtc.nvrtcVersion(&major, &minor), "asking NVRTC for its version");
        _nvrtcVersion = (major * 1000) + (minor * 10);
        int count;
        nvrtc.Check(nvrtc.nvrtcGetNumSupportedArchs(&count), "asking NVRTC for its targets");
        var supported = new int[count];
        fixed (int* architectures = supported)
            nvrtc.Check(nvrtc.nvrtcGetSupportedArchs(architectures), "asking NVRTC for its targets");
        _architecture = hardware.Architecture;
        _target = CudaTarget.Choose(hardware.Architecture, supported, _nvrtcVersion, _driverVersion);
    }

    /// <summary>NVRTC's version and what it compiles for, in words.</summary>
    public string Description => $"NVRTC {CudaTarget.Version(_nvrtcVersion)} for {_target.Option["--gpu-architecture=".Length..]}{CudaArchitecture.Newer(_architecture, _target)}";

    /// <summary>Where modules come from.</summary>
    public KernelBuilds Builds { get; }

    /// <summary>A module with the kernel; the caller owns it.</summary>
    /// <exception cref="DeviceException">The text does not compile, or the driver does not load what became of it.</exception>
    public nint Module(KernelDefinition definition, int[] constants)
    {
        string text = definition.Cuda ?? throw CompilerText.NoForm(definition, "CUDA");
        string[] options = [.. CudaArchitecture.Options(_target), .. CompilerText.Defines(definition, constants)];
        return Builds.Get(Key(text, options, _driverVersion, _nvrtcVersion), image => Load(image, out nint module) == 0 ? module : 0, () =>
        {
            byte[] image = Compile(definition, text, options);
            _driver.Check(Load(image, out nint module), $"loading kernel {definition.Name}");
            return (module, image);
        });
    }

    /// <summary>The cache's key: the options name the architecture and the constants.</summary>
    internal static string Key(string text, string[] options, int driverVersion, int nvrtcVersion) => KernelCache.Key(
        "cuda", text, string.Join(' ', options), driverVersion.ToString(CultureInfo.InvariantCulture), nvrtcVersion.ToString(CultureInfo.InvariantCulture));

    // PTX has its closing zero, and machine code says itself how long it is.
    private int Load(byte[] image, out nint module)
    {
        nint loaded = 0;
        int error;
        fixed (byte* bytes = image)
            error = _driver.cuModuleLoadData(&loaded, bytes);
        module = loaded;
        return error;
    }

    private byte[] Compile(KernelDefinition definition, string text, string[] options)
    {
        nint program;
        fixed (byte* source = Encoding.UTF8.GetBytes(text + '\0'), name = Encoding.UTF8.GetBytes(definition.EntryPoint + ".cu\0"))
            _nvrtc.Check(_nvrtc.nvrtcCreateProgram(&program, source, name, 0, null, null), $"handing over kernel {definition.Name}");
        try
        {
            if (CompileProgram(program, options) != 0)
                throw CompilerText.BuildFailure(definition, $"cuda ({Description})", Log(program));
            return _target.IsMachineCode ? MachineCode(program) : Ptx(program);
        }
        finally
        {
            _ = _nvrtc.nvrtcDestroyProgram(&program);
        }
    }

    private int CompileProgram(nint program, string[] options)
    {
        byte** texts = stackalloc byte*[options.Length];
        for (int i = 0; i < options.Length; i++)
            texts[i] = (byte*)Marshal.StringToCoTaskMemUTF8(options[i]);
        int error = _nvrtc.nvrtcCompileProgram(program, options.Length, texts);
        for (int i = 0; i < options.Length; i++)
            Marshal.FreeCoTaskMem((nint)texts[i]);
        return error;
    }

    private byte[] Ptx(nint program)
    {
        nuint size;
        _nvrtc.Check(_nvrtc.nvrtcGetPTXSize(program, &size), "measuring PTX");
        var image = new byte[size];
        fixed (byte* bytes = image)
            _nvrtc.Check(_nvrtc.nvrtcGetPTX(program, bytes), "reading PTX");
        return image;
    }

    private byte[] MachineCode(nint program)
    {
        nuint size;
        _nvrtc.Check(_nvrtc.nvrtcGetCUBINSize(program, &size), "measuring machine code");
        var image = new byte[size];
        fixed (byte* bytes = image)
            _nvrtc.Check(_nvrtc.nvrtcGetCUBIN(program, bytes), "reading machine code");
        return image;
    }

    private string Log(nint program)
    {
        nuint size;
        if (_nvrtc.nvrtcGetProgramLogSize(program, &size) != 0 || size == 0)
            return "";
        var log = new byte[size];
        fixed (byte* bytes = log)
            return _nvrtc.nvrtcGetProgramLog(program, bytes) == 0 ? Encoding.UTF8.GetString(log).TrimEnd('\0') : "";
    }
}
