using System.Runtime.InteropServices;

namespace SegFromScratch.Engine.Devices.Cuda;

/// <summary>
/// The functions of the CUDA driver API that the engine calls, bound to one library. The suffix _v2 is how the header itself renames them.
/// They are fields and not imports, so that tests can bind them to a driver of their own beside the machine's.
/// </summary>
internal sealed unsafe class CudaDriver
{
    public const int MultiprocessorCount = 16, ComputeCapabilityMajor = 75, ComputeCapabilityMinor = 76;
    public const int FunctionMaxThreadsPerBlock = 0;
    public const uint StreamNonBlocking = 1;
    public const uint EventWithTime = 0, EventWithoutTime = 2;

    /// <summary>Calls of any kind go on while a stream is captured.</summary>
    public const int CaptureRelaxed = 2;

    public readonly delegate* unmanaged<uint, int> cuInit;
    public readonly delegate* unmanaged<int*, int> cuDriverGetVersion;
    public readonly delegate* unmanaged<int, byte**, int> cuGetErrorName, cuGetErrorString;
    public readonly delegate* unmanaged<int*, int> cuDeviceGetCount;
    public readonly delegate* unmanaged<int*, int, int> cuDeviceGet;
    public readonly delegate* unmanaged<byte*, int, int, int> cuDeviceGetName;
    public readonly delegate* unmanaged<nuint*, int, int> cuDeviceTotalMem;
    public readonly delegate* unmanaged<int*, int, int, int> cuDeviceGetAttribute;
    public readonly delegate* unmanaged<nint*, int, int> cuDevicePrimaryCtxRetain;
    public readonly delegate* unmanaged<int, int> cuDevicePrimaryCtxRelease;
    public readonly delegate* unmanaged<nint, int> cuCtxSetCurrent;
    public readonly delegate* unmanaged<nint*, uint, int> cuStreamCreate;
    public readonly delegate* unmanaged<nint, int> cuStreamSynchronize, cuStreamDestroy;
    public readonly delegate* unmanaged<nint, nint, uint, int> cuStreamWaitEvent;
    public readonly delegate* unmanaged<nint*, uint, int> cuEventCreate;
    public readonly delegate* unmanaged<nint, nint, int> cuEventRecord;
    public readonly delegate* unmanaged<nint, int> cuEventSynchronize, cuEventDestroy;
    public readonly delegate* unmanaged<float*, nint, nint, int> cuEventElapsedTime;
    public readonly delegate* unmanaged<nuint*, nuint*, int> cuMemGetInfo;
    public readonly delegate* unmanaged<ulong*, nuint, int> cuMemAlloc;
    public readonly delegate* unmanaged<ulong, int> cuMemFree;
    public readonly delegate* unmanaged<void**, nuint, uint, int> cuMemHostAlloc;
    public readonly delegate* unmanaged<void*, int> cuMemFreeHost;
    public readonly delegate* unmanaged<ulong, void*, nuint, nint, int> cuMemcpyHtoDAsync;
    public readonly delegate* unmanaged<void*, ulong, nuint, nint, int> cuMemcpyDtoHAsync;
    public readonly delegate* unmanaged<ulong, ulong, nuint, nint, int> cuMemcpyDtoDAsync;
    public readonly delegate* unmanaged<ulong, byte, nuint, nint, int> cuMemsetD8Async;
    public readonly delegate* unmanaged<nint*, void*, int> cuModuleLoadData;
    public readonly delegate* unmanaged<nint, int> cuModuleUnload;
    public readonly delegate* unmanaged<nint*, nint, byte*, int> cuModuleGetFunction;
    public readonly delegate* unmanaged<int*, int, nint, int> cuFuncGetAttribute;
    public readonly delegate* unmanaged<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, int> cuLaunchKernel;

    // Drivers older than CUDA 12.0 lack some of these; then there are no graphs.
    public readonly delegate* unmanaged<nint, int, int> cuStreamBeginCapture;
    public readonly delegate* unmanaged<nint, nint*, int> cuStreamEndCapture;
    public readonly delegate* unmanaged<nint*, nint, ulong, int> cuGraphInstantiate;
    public readonly delegate* unmanaged<nint, nint, CudaGraphUpdate*, int> cuGraphExecUpdate;
    public readonly delegate* unmanaged<nint, nint, int> cuGraphLaunch;
    public readonly delegate* unmanaged<nint, int> cuGraphExecDestroy, cuGraphDestroy;

    private readonly nint _library;

    /// <summary>Binds the functions of a loaded library.</summary>
    /// <exception cref="EntryPointNotFoundException">One is missing that has been there since CUDA 11.</exception>
    public CudaDriver(nint library)
    {
        _library = library;
        cuInit = (delegate* unmanaged<uint, int>)Bind("cuInit");
        cuDriverGetVersion = (delegate* unmanaged<int*, int>)Bind("cuDriverGetVersion");
        cuGetErrorName = (delegate* unmanaged<int, byte**, int>)Bind("cuGetErrorName");
        cuGetErrorString = (delegate* unmanaged<int, byte**, int>)Bind("cuGetErrorString");
        cuDeviceGetCount = (delegate* unmanaged<int*, int>)Bind("cuDeviceGetCount");
        cuDeviceGet = (delegate* unmanaged<int*, int, int>)Bind("cuDeviceGet");
        cuDeviceGetName = (delegate* unmanaged<byte*, int, int, int>)Bind("cuDeviceGetName");
        cuDeviceTotalMem = (delegate* unmanaged<nuint*, int, int>)Bind("cuDeviceTotalMem_v2");
        cuDeviceGetAttribute = (delegate* unmanaged<int*, int, int, int>)Bind("cuDeviceGetAttribute");
        cuDevicePrimaryCtxRetain = (delegate* unmanaged<nint*, int, int>)Bind("cuDevicePrimaryCtxRetain");
        cuDevicePrimaryCtxRelease = (delegate* unmanaged<int, int>)Bind("cuDevicePrimaryCtxRelease_v2");
        cuCtxSetCurrent = (delegate* unmanaged<nint, int>)Bind("cuCtxSetCurrent");
        cuStreamCreate = (delegate* unmanaged<nint*, uint, int>)Bind("cuStreamCreate");
        cuStreamSynchronize = (delegate* unmanaged<nint, int>)Bind("cuStreamSynchronize");
        cuStreamDestroy = (delegate* unmanaged<nint, int>)Bind("cuStreamDestroy_v2");
        cuStreamWaitEvent = (delegate* unmanaged<nint, nint, uint, int>)Bind("cuStreamWaitEvent");
        cuEventCreate = (delegate* unmanaged<nint*, uint, int>)Bind("cuEventCreate");
        cuEventRecord = (delegate* unmanaged<nint, nint, int>)Bind("cuEventRecord");
        cuEventSynchronize = (delegate* unmanaged<nint, int>)Bind("cuEventSynchronize");
        cuEventDestroy = (delegate* unmanaged<nint, int>)Bind("cuEventDestroy_v2");
        cuEventElapsedTime = (delegate* unmanaged<float*, nint, nint, int>)Bind("cuEventElapsedTime");
        cuMemGetInfo = (delegate* unmanaged<nuint*, nuint*, int>)Bind("cuMemGetInfo_v2");
        cuMemAlloc = (delegate* unmanaged<ulong*, nuint, int>)Bind("cuMemAlloc_v2");
        cuMemFree = (delegate* unmanaged<ulong, int>)Bind("cuMemFree_v2");
        cuMemHostAlloc = (delegate* unmanaged<void**, nuint, uint, int>)Bind("cuMemHostAlloc");
        cuMemFreeHost = (delegate* unmanaged<void*, int>)Bind("cuMemFreeHost");
        cuMemcpyHtoDAsync = (delegate* unmanaged<ulong, void*, nuint, nint, int>)Bind("cuMemcpyHtoDAsync_v2");
        cuMemcpyDtoHAsync = (delegate* unmanaged<void*, ulong, nuint, nint, int>)Bind("cuMemcpyDtoHAsync_v2");
        cuMemcpyDtoDAsync = (delegate* unmanaged<ulong, ulong, nuint, nint, int>)Bind("cuMemcpyDtoDAsync_v2");
        cuMemsetD8Async = (delegate* unmanaged<ulong, byte, nuint, nint, int>)Bind("cuMemsetD8Async");
        cuModuleLoadData = (delegate* unmanaged<nint*, void*, int>)Bind("cuModuleLoadData");
        cuModuleUnload = (delegate* unmanaged<nint, int>)Bind("cuModuleUnload");
        cuModuleGetFunction = (delegate* unmanaged<nint*, nint, byte*, int>)Bind("cuModuleGetFunction");
        cuFuncGetAttribute = (delegate* unmanaged<int*, int, nint, int>)Bind("cuFuncGetAttribute");
        cuLaunchKernel = (delegate* unmanaged<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, int>)Bind("cuLaunchKernel");
        cuStreamBeginCapture = (delegate* unmanaged<nint, int, int>)BindIfThere("cuStreamBeginCapture_v2");
        cuStreamEndCapture = (delegate* unmanaged<nint, nint*, int>)BindIfThere("cuStreamEndCapture");
        cuGraphInstantiate = (delegate* unmanaged<nint*, nint, ulong, int>)BindIfThere("cuGraphInstantiateWithFlags");
        cuGraphExecUpdate = (delegate* unmanaged<nint, nint, CudaGraphUpdate*, int>)BindIfThere("cuGraphExecUpdate_v2");
        cuGraphLaunch = (delegate* unmanaged<nint, nint, int>)BindIfThere("cuGraphLaunch");
        cuGraphExecDestroy = (delegate* unmanaged<nint, int>)BindIfThere("cuGraphExecDestroy");
        cuGraphDestroy = (delegate* unmanaged<nint, int>)BindIfThere("cuGraphDestroy");
    }

    /// <summary>True where launches can be captured and repeated as one.</summary>
    public bool HasGraphs => cuStreamBeginCapture != null && cuStreamEndCapture != null && cuGraphInstantiate != null && cuGraphExecUpdate != null
        && cuGraphLaunch != null && cuGraphExecDestroy != null && cuGraphDestroy != null;

    /// <summary>Throws if a call failed.</summary>
    public void Check(int error, string action)
    {
        if (error != 0)
            throw Failure(error, action);
    }

    /// <summary>The exception for a call that failed.</summary>
    public DeviceException Failure(int error, string action)
    {
        byte* text = null;
        string? words = cuGetErrorString(error, &text) == 0 ? Marshal.PtrToStringUTF8((nint)text) : null;
        string message = CudaError.Message(error, ErrorName(error), words, action);
        return error == CudaError.OutOfMemory ? new OutOfDeviceMemoryException(message) : new DeviceException(message);
    }

    /// <summary>The driver's name for an error, null if it knows none.</summary>
    public string? ErrorName(int error)
    {
        byte* name = null;
        return cuGetErrorName(error, &name) == 0 ? Marshal.PtrToStringUTF8((nint)name) : null;
    }

    private void* Bind(string name) => (void*)NativeLibrary.GetExport(_library, name);

    private void* BindIfThere(string name) => NativeLibrary.TryGetExport(_library, name, out nint address) ? (void*)address : null;
}

/// <summary>CUgraphExecUpdateResultInfo: why a graph could not take the place of an earlier one.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CudaGraphUpdate
{
    public int Result;
    public nint ErrorNode, ErrorFromNode;
}
