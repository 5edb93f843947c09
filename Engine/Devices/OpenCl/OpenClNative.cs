using System.Runtime.InteropServices;

namespace SegFromScratch.Engine.Devices.OpenCl;

/// <summary>The functions of OpenCL 1.2 that the engine calls, under their own names, and the numbers of the header that go with them.</summary>
internal static unsafe partial class OpenClNative
{
    public const uint DeviceType = 0x1000, MaxWorkGroupSize = 0x1004, MaxWorkItemSizes = 0x1005, MaxMemAllocSize = 0x1010, GlobalMemSize = 0x101F;
    public const uint EndianLittle = 0x1026, Available = 0x1027, CompilerAvailable = 0x1028;
    public const uint DeviceName = 0x102B, DeviceVendor = 0x102C, DriverVersion = 0x102D, DeviceVersion = 0x102F;
    public const uint PlatformVersion = 0x0901, PlatformName = 0x0902;
    public const uint BinarySizes = 0x1165, Binaries = 0x1166, BuildLog = 0x1183, KernelWorkGroupSize = 0x11B0;
    public const ulong DeviceTypeCpu = 1 << 1, DeviceTypeGpu = 1 << 2, DeviceTypeAll = 0xFFFFFFFF;
    public const ulong MemReadWrite = 1, QueueProfiling = 1 << 1;
    public const uint ProfilingStart = 0x1282, ProfilingEnd = 0x1283;
    public const nint ContextPlatform = 0x1084;
    public const uint True = 1;

    private const string Library = "opencl";

    /// <summary>Loads the library; false if the machine has none.</summary>
    public static bool TryLoad() => NativeLibraries.TryLoad(
        Library,
        ["libOpenCL.so.1", "libOpenCL.so", "OpenCL.dll", "/System/Library/Frameworks/OpenCL.framework/OpenCL"]);

    [LibraryImport(Library)]
    public static partial int clGetPlatformIDs(uint entries, nint* platforms, uint* count);

    [LibraryImport(Library)]
    public static partial int clGetPlatformInfo(nint platform, uint what, nuint size, void* value, nuint* written);

    [LibraryImport(Library)]
    public static partial int clGetDeviceIDs(nint platform, ulong type, uint entries, nint* devices, uint* count);

    [LibraryImport(Library)]
    public static partial int clGetDeviceInfo(nint device, uint what, nuint size, void* value, nuint* written);

    [LibraryImport(Library)]
    public static partial nint clCreateContext(nint* properties, uint count, nint* devices, nint notify, nint userData, int* error);

    [LibraryImport(Library)]
    public static partial int clReleaseContext(nint context);

    [LibraryImport(Library)]
    public static partial nint clCreateCommandQueue(nint context, nint device, ulong properties, int* error);

    [LibraryImport(Library)]
    public static partial int clReleaseCommandQueue(nint queue);

    [LibraryImport(Library)]
    public static partial int clFinish(nint queue);

    [LibraryImport(Library)]
    public static partial nint clCreateBuffer(nint context, ulong flags, nuint size, void* host, int* error);

    [LibraryImport(Library)]
    public static partial int clReleaseMemObject(nint memory);

    [LibraryImport(Library)]
    public static partial int clEnqueueWriteBuffer(nint queue, nint memory, uint blocking, nuint offset, nuint size, void* source, uint waits, nint* waitList, nint* done);

    [LibraryImport(Library)]
    public static partial int clEnqueueReadBuffer(nint queue, nint memory, uint blocking, nuint offset, nuint size, void* destination, uint waits, nint* waitList, nint* done);

    [LibraryImport(Library)]
    public static partial int clEnqueueFillBuffer(nint queue, nint memory, void* pattern, nuint patternSize, nuint offset, nuint size, uint waits, nint* waitList, nint* done);

    [LibraryImport(Library)]
    public static partial nint clCreateProgramWithSource(nint context, uint count, byte** texts, nuint* lengths, int* error);

    [LibraryImport(Library)]
    public static partial nint clCreateProgramWithBinary(nint context, uint devices, nint* deviceList, nuint* lengths, byte** binaries, int* status, int* error);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int clBuildProgram(nint program, uint devices, nint* deviceList, string options, nint notify, nint userData);

    [LibraryImport(Library)]
    public static partial int clGetProgramBuildInfo(nint program, nint device, uint what, nuint size, void* value, nuint* written);

    [LibraryImport(Library)]
    public static partial int clGetProgramInfo(nint program, uint what, nuint size, void* value, nuint* written);

    [LibraryImport(Library)]
    public static partial int clReleaseProgram(nint program);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint clCreateKernel(nint program, string name, int* error);

    [LibraryImport(Library)]
    public static partial int clReleaseKernel(nint kernel);

    [LibraryImport(Library)]
    public static partial int clGetKernelWorkGroupInfo(nint kernel, nint device, uint what, nuint size, void* value, nuint* written);

    [LibraryImport(Library)]
    public static partial int clSetKernelArg(nint kernel, uint index, nuint size, void* value);

    [LibraryImport(Library)]
    public static partial int clEnqueueNDRangeKernel(nint queue, nint kernel, uint dimensions, nuint* offset, nuint* globalSize, nuint* localSize, uint waits, nint* waitList, nint* done);

    [LibraryImport(Library)]
    public static partial int clGetEventProfilingInfo(nint done, uint what, nuint size, void* value, nuint* written);

    [LibraryImport(Library)]
    public static partial int clReleaseEvent(nint done);
}
