namespace SegFromScratch.Engine.Memory;

/// <summary>Where the buffers of a <see cref="BufferPool"/> come from, and where they wait for their next use.</summary>
internal interface IBufferStore
{
    /// <summary>How many times memory was taken from the device so far.</summary>
    long Allocations { get; }

    /// <summary>Bytes taken from the device, in use or free.</summary>
    long BytesReserved { get; }

    /// <summary>Gives out a buffer, not initialised.</summary>
    /// <param name="bytes">Its size, a multiple of the pool's granularity.</param>
    DeviceBuffer Take(long bytes);

    /// <summary>Takes a buffer back.</summary>
    void GiveBack(DeviceBuffer buffer);

    /// <summary>Gives free memory back to the device. Buffers that are out stay.</summary>
    void Trim();

    /// <summary>Gives all memory of the store back to the device: it is being closed. Devices that keep a list of their buffers free those that are out themselves.</summary>
    void Close();
}
