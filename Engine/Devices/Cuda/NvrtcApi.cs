using System.Runtime.InteropServices;

namespace SegFromScratch.Engine.Devices.Cuda;

/// <summary>The functions of NVRTC, NVIDIA's compiler as a library, that the engine calls, bound to one library; from 11.2 on it has them all.</summary>
internal sealed unsafe class NvrtcApi
{
    public readonly delegate* unmanaged<int*, int*, int> nvrtcVersion;
    public readonly delegate* unmanaged<int, byte*> nvrtcGetErrorString;
    public readonly delegate* unmanaged<int*, int> nvrtcGetNumSupportedArchs, nvrtcGetSupportedArchs;
    public readonly delegate* unmanaged<nint*, byte*, byte*, int, byte**, byte**, int> nvrtcCreateProgram;
    public readonly delegate* unmanaged<nint*, int> nvrtcDestroyProgram;
    public readonly delegate* unmanaged<nint, int, byte**, int> nvrtcCompileProgram;
    public readonly delegate* unmanaged<nint, nuint*, int> nvrtcGetProgramLogSize, nvrtcGetPTXSize, nvrtcGetCUBINSize;
    public readonly delegate* unmanaged<nint, byte*, int> nvrtcGetProgramLog, nvrtcGetPTX, nvrtcGetCUBIN;

    private readonly nint _library;

    /// <summary>Binds the functions of a loaded library.</summary>
    /// <exception cref="DeviceException">The library is older than 11.2.</exception>
    public NvrtcApi(nint library)
    {
        _library = library;
        try
        {
            nvrtcVersion = (delegate* unmanaged<int*, int*, int>)Bind("nvrtcVersion");
            nvrtcGetErrorString = (delegate* unmanaged<int, byte*>)Bind("nvrtcGetErrorString");
            nvrtcGetNumSupportedArchs = (delegate* unmanaged<int*, int>)Bind("nvrtcGetNumSupportedArchs");
            nvrtcGetSupportedArchs = (delegate* unmanaged<int*, int>)Bind("nvrtcGetSupportedArchs");
            nvrtcCreateProgram = (delegate* unmanaged<nint*, byte*, byte*, int, byte**, byte**, int>)Bind("nvrtcCreateProgram");
            nvrtcDestroyProgram = (delegate* unmanaged<nint*, int>)Bind("nvrtcDestroyProgram");
            nvrtcCompileProgram = (delegate* unmanaged<nint, int, byte**, int>)Bind("nvrtcCompileProgram");
            nvrtcGetProgramLogSize = (delegate* unmanaged<nint, nuint*, int>)Bind("nvrtcGetProgramLogSize");
            nvrtcGetPTXSize = (delegate* unmanaged<nint, nuint*, int>)Bind("nvrtcGetPTXSize");
            nvrtcGetCUBINSize = (delegate* unmanaged<nint, nuint*, int>)Bind("nvrtcGetCUBINSize");
            nvrtcGetProgramLog = (delegate* unmanaged<nint, byte*, int>)Bind("nvrtcGetProgramLog");
            nvrtcGetPTX = (delegate* unmanaged<nint, byte*, int>)Bind("nvrtcGetPTX");
            nvrtcGetCUBIN = (delegate* unmanaged<nint, byte*, int>)Bind("nvrtcGetCUBIN");
        }
        catch (EntryPointNotFoundException e)
        {
            throw new DeviceException("the NVRTC that was found is older than 11.2: install that of CUDA 11.2 or newer", e);
        }
    }

    /// <summary>Throws if a call failed.</summary>
    public void Check(int error, string action)
    {
        if (error != 0)
            throw new DeviceException($"NVRTC failed while {action}: {Marshal.PtrToStringUTF8((nint)nvrtcGetErrorString(error))}");
    }

    private void* Bind(string name) => (void*)NativeLibrary.GetExport(_library, name);
}
