using System.Runtime.InteropServices;

namespace SegFromScratch.Engine.Devices.Cuda;

/// <summary>The functions of NVRTC, NVIDIA's compiler as a library, that the engine calls; from 11.2 on it has them all.</summary>
internal static unsafe partial class NvrtcNative
{
    private const string Library = "nvrtc";

    /// <summary>Loads the library under the given names; false if none is there.</summary>
    public static bool TryLoad(IEnumerable<string> candidates) => NativeLibraries.TryLoad(Library, candidates);

    [LibraryImport(Library)]
    public static partial int nvrtcVersion(int* major, int* minor);

    [LibraryImport(Library)]
    public static partial byte* nvrtcGetErrorString(int error);

    [LibraryImport(Library)]
    public static partial int nvrtcGetNumSupportedArchs(int* count);

    [LibraryImport(Library)]
    public static partial int nvrtcGetSupportedArchs(int* architectures);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int nvrtcCreateProgram(nint* program, string source, string name, int headers, byte** headerTexts, byte** headerNames);

    [LibraryImport(Library)]
    public static partial int nvrtcDestroyProgram(nint* program);

    [LibraryImport(Library)]
    public static partial int nvrtcCompileProgram(nint program, int count, byte** options);

    [LibraryImport(Library)]
    public static partial int nvrtcGetProgramLogSize(nint program, nuint* size);

    [LibraryImport(Library)]
    public static partial int nvrtcGetProgramLog(nint program, byte* log);

    [LibraryImport(Library)]
    public static partial int nvrtcGetPTXSize(nint program, nuint* size);

    [LibraryImport(Library)]
    public static partial int nvrtcGetPTX(nint program, byte* ptx);

    [LibraryImport(Library)]
    public static partial int nvrtcGetCUBINSize(nint program, nuint* size);

    [LibraryImport(Library)]
    public static partial int nvrtcGetCUBIN(nint program, byte* cubin);
}
