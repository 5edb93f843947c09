using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SegFromScratch.Engine.Devices.Cuda;

/// <summary>
/// Brings arrays to the GPU on a stream of their own while kernels run, into memory beside the tensors'. When such an array is written to a tensor,
/// the bytes are there already: the GPU copies them within its own memory, some hundred times faster than over the bus.
/// </summary>
internal sealed unsafe class CudaUploadAhead : IDisposable
{
    private const string Action = "copying ahead";
    private readonly CudaDevice _device;
    private readonly CudaDriver _driver;
    private readonly CudaStaging _staging;
    private readonly nint _stream;
    private readonly List<Place> _places = [];

    /// <summary>Makes the stream; the device's context is current.</summary>
    public CudaUploadAhead(CudaDevice device, CudaDriver driver)
    {
        (_device, _driver, _staging) = (device, driver, new CudaStaging(driver));
        nint stream;
        driver.Check(driver.cuStreamCreate(&stream, CudaDriver.StreamNonBlocking), "making a stream for copies");
        _stream = stream;
    }

    /// <summary>Begins to copy an array, whose numbers stay as they are until it is written to a tensor.</summary>
    public void Begin(Array source, ReadOnlySpan<byte> bytes)
    {
        Place place = PlaceFor(source, bytes.Length);

        // The last reader of this memory was a copy on the device's own stream.
        if (place.WasRead)
            _driver.Check(_driver.cuStreamWaitEvent(_stream, place.Read, 0), Action);
        _driver.Check(_staging.Upload(place.Buffer.Address, bytes, _stream), Action);
        _driver.Check(_driver.cuEventRecord(place.Arrived, _stream), Action);
        (place.Source, place.Bytes) = (source, bytes.Length);
    }

    /// <summary>Writes bytes that are on their way already.</summary>
    /// <param name="destination">The address on the GPU.</param>
    /// <param name="bytes">What is to be written: the beginning of an array given to <see cref="Begin"/>, or anything else.</param>
    /// <param name="stream">The stream that gets the copy.</param>
    /// <param name="isCapturing">True while that stream is captured.</param>
    /// <returns>False if these bytes are not on their way.</returns>
    public bool TryFinish(ulong destination, ReadOnlySpan<byte> bytes, nint stream, bool isCapturing)
    {
        foreach (Place place in _places)
        {
            if (place.Source is not { } source || place.Bytes != bytes.Length || !Unsafe.AreSame(ref MemoryMarshal.GetReference(bytes), ref MemoryMarshal.GetArrayDataReference(source)))
                continue;

            // A graph cannot wait for what happens outside it, so the host does.
            _driver.Check(isCapturing ? _driver.cuEventSynchronize(place.Arrived) : _driver.cuStreamWaitEvent(stream, place.Arrived, 0), Action);
            _driver.Check(_driver.cuMemcpyDtoDAsync(destination, place.Buffer.Address, (nuint)bytes.Length, stream), Action);
            (place.Source, place.WasRead) = (null, !isCapturing);
            place.IsReadByGraph = isCapturing;
            if (!isCapturing)
                _driver.Check(_driver.cuEventRecord(place.Read, stream), Action);
            return true;
        }

        return false;
    }

    /// <summary>Says that the graph that was captured has been launched.</summary>
    public void EndCapture(nint stream)
    {
        foreach (Place place in _places.Where(place => place.IsReadByGraph))
        {
            _driver.Check(_driver.cuEventRecord(place.Read, stream), Action);
            (place.IsReadByGraph, place.WasRead) = (false, true);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ = _driver.cuStreamSynchronize(_stream);
        _staging.Dispose();
        foreach (Place place in _places)
        {
            _ = _driver.cuEventDestroy(place.Arrived);
            _ = _driver.cuEventDestroy(place.Read);
            place.Buffer.Dispose();
        }

        _places.Clear();
        _ = _driver.cuStreamDestroy(_stream);
    }

    // The same array's own place, else a free one of just the size, else a new one: batches take turns with few arrays of few sizes.
    private Place PlaceFor(Array source, int bytes)
    {
        Place? found = _places.Find(place => ReferenceEquals(place.Source, source) && place.Capacity == bytes)
            ?? _places.Find(place => place.Source is null && !place.IsReadByGraph && place.Capacity == bytes);
        if (found is not null)
            return found;
        nint arrived;
        nint read;
        _driver.Check(_driver.cuEventCreate(&arrived, CudaDriver.EventWithoutTime), "making an event");
        _driver.Check(_driver.cuEventCreate(&read, CudaDriver.EventWithoutTime), "making an event");
        var made = new Place(_device.AllocateBeside(bytes), bytes, arrived, read);
        _places.Add(made);
        return made;
    }

    // The memory is not the pool's: what comes from there may still be read by kernels that wait on the other stream.
    private sealed class Place(CudaBuffer buffer, int capacity, nint arrived, nint read)
    {
        public CudaBuffer Buffer => buffer;

        public int Capacity => capacity;

        public nint Arrived => arrived;

        public nint Read => read;

        /// <summary>The array whose bytes are here or on their way; null once they were written to a tensor.</summary>
        public Array? Source { get; set; }

        public int Bytes { get; set; }

        public bool WasRead { get; set; }

        public bool IsReadByGraph { get; set; }
    }
}
