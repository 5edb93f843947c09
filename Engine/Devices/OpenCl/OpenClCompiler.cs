using System.Text;
using static SegFromScratch.Engine.Devices.OpenCl.OpenClNative;

namespace SegFromScratch.Engine.Devices.OpenCl;

/// <summary>Makes kernels of their OpenCL C text, or of what an earlier run left in the cache.</summary>
internal sealed unsafe class OpenClCompiler(OpenClHardware hardware, nint context, KernelCache cache)
{
    /// <summary>Where programs come from.</summary>
    public KernelBuilds Builds { get; } = new(cache);

    /// <summary>A kernel object; the caller owns it.</summary>
    /// <exception cref="DeviceException">The text does not compile.</exception>
    public nint Kernel(KernelDefinition definition, int[] constants)
    {
        string text = definition.OpenCl ?? throw CompilerText.NoForm(definition, "OpenCL");
        string options = string.Join(' ', ["-cl-std=CL1.2", .. CompilerText.Defines(definition, constants)]);
        string key = KernelCache.Key("opencl", text, options, hardware.Name, hardware.Vendor, hardware.Version, hardware.DriverText, hardware.PlatformName, hardware.PlatformVersion);
        nint program = Builds.Get(key, binary => FromBinary(binary, options), () =>
        {
            nint built = FromSource(definition, text, options);
            return (built, Binary(built));
        });

        int error;
        nint kernel = clCreateKernel(program, definition.EntryPoint, &error);

        // The kernel keeps its program.
        _ = clReleaseProgram(program);
        OpenClError.Check(error, $"looking for {definition.EntryPoint} in kernel {definition.Name}");
        return kernel;
    }

    private nint FromBinary(byte[] binary, string options)
    {
        nint id = hardware.Id;
        nuint length = (nuint)binary.Length;
        int status;
        int error;
        nint program;
        fixed (byte* bytes = binary)
        {
            byte* start = bytes;
            program = clCreateProgramWithBinary(context, 1, &id, &length, &start, &status, &error);
        }

        if (error != 0 || status != 0)
            return 0;
        if (clBuildProgram(program, 1, &id, options, 0, 0) == 0)
            return program;
        _ = clReleaseProgram(program);
        return 0;
    }

    private nint FromSource(KernelDefinition definition, string text, string options)
    {
        byte[] source = Encoding.UTF8.GetBytes(text);
        nuint length = (nuint)source.Length;
        int error;
        nint program;
        fixed (byte* bytes = source)
        {
            byte* start = bytes;
            program = clCreateProgramWithSource(context, 1, &start, &length, &error);
        }

        OpenClError.Check(error, $"handing over the text of kernel {definition.Name}");
        nint id = hardware.Id;
        error = clBuildProgram(program, 1, &id, options, 0, 0);
        if (error == 0)
            return program;
        string log = Log(program);
        _ = clReleaseProgram(program);
        throw CompilerText.BuildFailure(definition, hardware.Name, string.IsNullOrWhiteSpace(log) ? OpenClError.Name(error) : log);
    }

    private string Log(nint program)
    {
        nuint size;
        if (clGetProgramBuildInfo(program, hardware.Id, BuildLog, 0, null, &size) != 0 || size == 0)
            return "";
        var bytes = new byte[size];
        fixed (byte* value = bytes)
            return clGetProgramBuildInfo(program, hardware.Id, BuildLog, size, value, null) == 0 ? Encoding.UTF8.GetString(bytes).TrimEnd('\0') : "";
    }

    // Null where the driver does not give its binaries away.
    private static byte[]? Binary(nint program)
    {
        nuint size;
        if (clGetProgramInfo(program, BinarySizes, (nuint)sizeof(nuint), &size, null) != 0 || size == 0)
            return null;
        var binary = new byte[size];
        fixed (byte* bytes = binary)
        {
            byte* start = bytes;
            return clGetProgramInfo(program, Binaries, (nuint)sizeof(byte*), &start, null) == 0 ? binary : null;
        }
    }
}
