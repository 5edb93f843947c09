namespace SegFromScratch.Engine.Devices.Cuda;

/// <summary>Errors of the CUDA driver in words.</summary>
public static class CudaError
{
    /// <summary>CUDA_ERROR_OUT_OF_MEMORY.</summary>
    internal const int OutOfMemory = 2;

    /// <summary>The line for an error: what was tried, the driver's own words, and what would mend it where that is known.</summary>
    /// <param name="error">The driver's number.</param>
    /// <param name="name">The driver's name for it, null if it knows none.</param>
    /// <param name="text">The driver's description, null if it has none.</param>
    /// <param name="action">What was tried: "reading buffer 'x'".</param>
    public static string Message(int error, string? name, string? text, string action)
    {
        string words = $"CUDA failed while {action}: {name ?? $"error {error}"}{(text is null ? "" : $" ({text})")}";
        return Remedy(error) is { } remedy ? $"{words}: {remedy}" : words;
    }

    /// <summary>What mends an error of the driver, where that is known.</summary>
    public static string? Remedy(int error) => error switch
    {
        OutOfMemory => "use a smaller batch or smaller images",
        34 => "the libcuda that was found is the toolkit's stub, which only serves linkers: install the NVIDIA driver, or take the stub off the library path",
        36 or 803 or 804 => "the parts of the NVIDIA driver do not fit each other, or it is too old: update it and restart the machine",
        46 => "another process holds the GPU for itself",
        100 or 101 => "no NVIDIA GPU is visible: check nvidia-smi and CUDA_VISIBLE_DEVICES, and in a container that the GPU was passed in",
        222 => "the driver is older than NVRTC: update the driver, or install the NVRTC of the driver's own CUDA version",
        209 => "the GPU is not one that this NVRTC compiles for: install the NVRTC of another CUDA version",
        700 or 716 or 717 or 718 or 719 => "a kernel read or wrote outside its buffers; --device debug finds where",
        701 => "the kernel needs more registers or shared memory than a block of this size may have",
        999 => "restart the machine if nvidia-smi fails too: the driver may have been updated while it was running",
        _ => null,
    };
}
