namespace SegFromScratch.Engine.Devices.OpenCl;

/// <summary>OpenCL's error numbers by the names of its header.</summary>
public static class OpenClError
{
    /// <summary>CL_MEM_OBJECT_ALLOCATION_FAILURE: there is no memory for a buffer, perhaps told only when the buffer is first used.</summary>
    internal const int MemoryAllocationFailure = -4;

    /// <summary>CL_OUT_OF_RESOURCES.</summary>
    internal const int OutOfResources = -5;

    /// <summary>CL_OUT_OF_HOST_MEMORY.</summary>
    internal const int OutOfHostMemory = -6;

    /// <summary>CL_INVALID_BUFFER_SIZE: larger than the device gives away in one piece.</summary>
    internal const int InvalidBufferSize = -61;

    /// <summary>CL_DEVICE_NOT_FOUND: a platform without devices.</summary>
    internal const int DeviceNotFound = -1;

    /// <summary>CL_PLATFORM_NOT_FOUND_KHR: a loader without platforms.</summary>
    internal const int PlatformNotFound = -1001;

    private static readonly string[] s_runtime =
    [
        "CL_SUCCESS", "CL_DEVICE_NOT_FOUND", "CL_DEVICE_NOT_AVAILABLE", "CL_COMPILER_NOT_AVAILABLE", "CL_MEM_OBJECT_ALLOCATION_FAILURE",
        "CL_OUT_OF_RESOURCES", "CL_OUT_OF_HOST_MEMORY", "CL_PROFILING_INFO_NOT_AVAILABLE", "CL_MEM_COPY_OVERLAP", "CL_IMAGE_FORMAT_MISMATCH",
        "CL_IMAGE_FORMAT_NOT_SUPPORTED", "CL_BUILD_PROGRAM_FAILURE", "CL_MAP_FAILURE", "CL_MISALIGNED_SUB_BUFFER_OFFSET",
        "CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST", "CL_COMPILE_PROGRAM_FAILURE", "CL_LINKER_NOT_AVAILABLE", "CL_LINK_PROGRAM_FAILURE",
        "CL_DEVICE_PARTITION_FAILED", "CL_KERNEL_ARG_INFO_NOT_AVAILABLE",
    ];

    private static readonly string[] s_invalid =
    [
        "CL_INVALID_VALUE", "CL_INVALID_DEVICE_TYPE", "CL_INVALID_PLATFORM", "CL_INVALID_DEVICE", "CL_INVALID_CONTEXT", "CL_INVALID_QUEUE_PROPERTIES",
        "CL_INVALID_COMMAND_QUEUE", "CL_INVALID_HOST_PTR", "CL_INVALID_MEM_OBJECT", "CL_INVALID_IMAGE_FORMAT_DESCRIPTOR", "CL_INVALID_IMAGE_SIZE",
        "CL_INVALID_SAMPLER", "CL_INVALID_BINARY", "CL_INVALID_BUILD_OPTIONS", "CL_INVALID_PROGRAM", "CL_INVALID_PROGRAM_EXECUTABLE",
        "CL_INVALID_KERNEL_NAME", "CL_INVALID_KERNEL_DEFINITION", "CL_INVALID_KERNEL", "CL_INVALID_ARG_INDEX", "CL_INVALID_ARG_VALUE",
        "CL_INVALID_ARG_SIZE", "CL_INVALID_KERNEL_ARGS", "CL_INVALID_WORK_DIMENSION", "CL_INVALID_WORK_GROUP_SIZE", "CL_INVALID_WORK_ITEM_SIZE",
        "CL_INVALID_GLOBAL_OFFSET", "CL_INVALID_EVENT_WAIT_LIST", "CL_INVALID_EVENT", "CL_INVALID_OPERATION", "CL_INVALID_GL_OBJECT",
        "CL_INVALID_BUFFER_SIZE", "CL_INVALID_MIP_LEVEL", "CL_INVALID_GLOBAL_WORK_SIZE", "CL_INVALID_PROPERTY", "CL_INVALID_IMAGE_DESCRIPTOR",
        "CL_INVALID_COMPILER_OPTIONS", "CL_INVALID_LINKER_OPTIONS", "CL_INVALID_DEVICE_PARTITION_COUNT",
    ];

    /// <summary>The name of an error number in the OpenCL header.</summary>
    public static string Name(int error)
    {
        const int FirstInvalid = 30;
        if (error == PlatformNotFound)
            return "CL_PLATFORM_NOT_FOUND_KHR";
        if (error <= 0 && -error < s_runtime.Length)
            return s_runtime[-error];
        return error <= -FirstInvalid && -error - FirstInvalid < s_invalid.Length ? s_invalid[-error - FirstInvalid] : $"OpenCL error {error}";
    }

    /// <summary>Throws if a call failed.</summary>
    /// <param name="error">What the call returned.</param>
    /// <param name="action">What was tried, for the message: "reading buffer 'x'".</param>
    internal static void Check(int error, string action)
    {
        if (error != 0)
            throw Failure(error, action);
    }

    /// <summary>The exception for a call that failed.</summary>
    internal static DeviceException Failure(int error, string action) => error switch
    {
        MemoryAllocationFailure => new OutOfDeviceMemoryException($"the OpenCL device ran out of memory while {action} ({Name(error)}): use a smaller batch or smaller images"),
        OutOfResources => new DeviceException($"OpenCL failed while {action}: {Name(error)}: memory ran out, or a kernel read or wrote outside its buffers (--device debug finds where)"),
        _ => new DeviceException($"OpenCL failed while {action}: {Name(error)}"),
    };
}
