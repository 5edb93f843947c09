using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Devices.Cuda;

namespace SegFromScratch.Tests.Devices.StandIn;

/// <summary>
/// A CUDA driver and an NVRTC for machines without a GPU, built by clang from the C files beside this one. Every instance is a library of its own,
/// so what one test does to it no other sees. The driver runs kernels on the processor, as late as CUDA allows, and notes each breach of CUDA's rules.
/// </summary>
internal sealed unsafe class StandInDriver : IDisposable
{
    private const string Compiler = "/usr/bin/clang-19";
    private static readonly Lazy<string> s_built = new(Build);
    private readonly string _folder = Directory.CreateTempSubdirectory("seg-stand-in-").FullName;
    private readonly nint _driver;
    private readonly nint _nvrtc;

    private StandInDriver()
    {
        (DriverPath, CompilerPath) = (Path.Combine(_folder, "libcuda.so"), Path.Combine(_folder, "libnvrtc.so"));
        File.Copy(Path.Combine(s_built.Value, "libcuda.so"), DriverPath);
        File.Copy(Path.Combine(s_built.Value, "libnvrtc.so"), CompilerPath);
        (_driver, _nvrtc) = (NativeLibrary.Load(DriverPath), NativeLibrary.Load(CompilerPath));
        ToolkitVersion(12040);
        Cache = new KernelCache(Path.Combine(_folder, "cache"));
    }

    /// <summary>The kinds of handles that the driver keeps.</summary>
    public enum Handle
    {
        Context = 1,
        Stream,
        Event,
        Module,
        Function,
        Graph,
        Executable,
    }

    public string DriverPath { get; }

    public string CompilerPath { get; }

    public KernelCache Cache { get; }

    public CudaPlatform Platform => CudaPlatform.Of(DriverPath, CompilerPath);

    /// <summary>What broke CUDA's rules so far, a line each.</summary>
    public string Faults => Marshal.PtrToStringUTF8((nint)((delegate* unmanaged<byte*>)Driver("standin_faults"))())!;

    /// <summary>The driver's functions that were called, in order.</summary>
    public string[] Calls => Marshal.PtrToStringUTF8((nint)((delegate* unmanaged<byte*>)Driver("standin_called"))())!.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public int Compilations => ((delegate* unmanaged<int>)NativeLibrary.GetExport(_nvrtc, "standin_compilations"))();

    public static StandInDriver CreateOrIgnore()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
            Assert.Ignore("the stand-in driver is for Linux on x86-64");
        if (!File.Exists(Compiler))
            Assert.Ignore("clang-19 is not installed, which builds the stand-in driver");
        return new StandInDriver();
    }

    public CudaDevice Open(int index = 0) => new(Platform, index, Cache);

    public int Live(Handle kind) => ((delegate* unmanaged<int, int>)Driver("standin_live"))((int)kind);

    public long LiveMemory(bool pinned) => ((delegate* unmanaged<int, long>)Driver("standin_live_memory"))(pinned ? 1 : 0);

    public void ForgetCalls() => ((delegate* unmanaged<void>)Driver("standin_forget_calls"))();

    /// <summary>Lets a call of a function fail: the first, or the one after so many.</summary>
    public void Fail(string function, int error, int after = 0)
    {
        fixed (byte* name = Encoding.UTF8.GetBytes(function + '\0'))
            ((delegate* unmanaged<byte*, int, int, void>)Driver("standin_fail"))(name, after, error);
    }

    public void Machine(int gpus = 1, int architecture = 80, int version = 12040, int largestGroup = 1024) =>
        ((delegate* unmanaged<int, int, int, int, void>)Driver("standin_machine"))(gpus, architecture, version, largestGroup);

    public void Memory(long bytes) => ((delegate* unmanaged<nuint, void>)Driver("standin_memory"))((nuint)bytes);

    /// <summary>True runs what all streams but the first are given at once, as a fast bus would.</summary>
    public void EagerCopies(bool eager) => ((delegate* unmanaged<int, void>)Driver("standin_eager_copies"))(eager ? 1 : 0);

    public void ToolkitVersion(int version)
    {
        fixed (byte* folder = Encoding.UTF8.GetBytes(_folder + '\0'), clang = Encoding.UTF8.GetBytes(Compiler + '\0'), prelude = Encoding.UTF8.GetBytes(Resource("prelude.h") + '\0'))
            ((delegate* unmanaged<byte*, byte*, byte*, int, void>)NativeLibrary.GetExport(_nvrtc, "standin_nvrtc"))(folder, clang, prelude, version);
    }

    // The libraries stay loaded: the engine keeps what it has found.
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Build()
    {
        string folder = Directory.CreateTempSubdirectory("seg-stand-in-build-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        foreach (string name in (string[])["standin.h", "driver.c", "memory.c", "kernel.c", "nvrtc.c"])
            File.WriteAllText(Path.Combine(folder, name), Resource(name));
        Compile(folder, "-o libcuda.so driver.c memory.c kernel.c");
        Compile(folder, "-o libnvrtc.so nvrtc.c");
        return folder;
    }

    private static void Compile(string folder, string files)
    {
        var start = new ProcessStartInfo(Compiler, "-std=gnu11 -O1 -shared -fPIC -fvisibility=default -Wl,-Bsymbolic -Wall -Wextra -Werror " + files) { WorkingDirectory = folder, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, errors);
    }

    private static string Resource(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("StandIn/" + name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private nint Driver(string name) => NativeLibrary.GetExport(_driver, name);
}
