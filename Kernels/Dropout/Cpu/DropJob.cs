using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Dropout.Cpu;

/// <summary>output = scale * input where the element's random number is at least the rate, otherwise 0.</summary>
internal unsafe struct DropJob : ICpuJob
{
    private const int PixelsEach = 4;

    /// <summary>The input.</summary>
    public ChannelPlanes Input;

    /// <summary>The output, laid out as the input.</summary>
    public float* Output;

    /// <summary>How they are cut. Tickets start at multiples of four pixels.</summary>
    public PlaneTickets Tickets;

    /// <summary>What elements that stay are multiplied by.</summary>
    public float Scale;

    /// <summary>The rate times 2^24, rounded up: elements stay where the upper 24 bits of their word reach it.</summary>
    public int Threshold;

    /// <summary>All pixels of a plane take the number of the first.</summary>
    public bool WholeChannels;

    /// <summary>The lower half of the random key.</summary>
    public uint KeyLow;

    /// <summary>The upper half of the random key.</summary>
    public uint KeyHigh;

    /// <inheritdoc/>
    public readonly void Execute(int ticket, int worker)
    {
        (int plane, int first, int length) = Tickets.Find(ticket);
        nint offset = (plane * Input.Plane) + ((nint)first * Input.Block);
        Vector256<uint> planes = Vector256.Create((uint)((plane / Input.Blocks * Input.Channels) + (plane % Input.Blocks * Input.Block))) + Vector256<uint>.Indices;
        Vector256<ulong>* keys = stackalloc Vector256<ulong>[VectorPhilox.KeyVectors];
        var philox = new VectorPhilox(KeyLow, KeyHigh, keys);
        if (WholeChannels)
            DropPlanes(philox, Input.Data + offset, Output + offset, length * Input.Block, planes);
        else
            DropPixels(philox, Input.Data + offset, Output + offset, length * Input.Block, planes, (uint)first / PixelsEach);
    }

    /// <summary>Sixteen channels of four pixels at a time, or eight channels of eight pixels: 64 floats either way.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void DropPixels(VectorPhilox philox, float* input, float* output, int length, Vector256<uint> planes, uint group)
    {
        bool halves = Input.Block == 16;
        Vector256<uint> otherPlanes = halves ? planes + Vector256.Create(8u) : planes;
        uint groupStep = halves ? 1u : 2u, otherGroup = halves ? 0u : 1u;
        int pixel = Input.Block, other = halves ? 8 : PixelsEach * Input.Block;
        Vector256<float> scale = Vector256.Create(Scale);
        Vector256<int> threshold = Vector256.Create(Threshold);
        for (; length >= 64; length -= 64, input += 64, output += 64, group += groupStep)
        {
            (VectorPhilox.PixelWords a, VectorPhilox.PixelWords b) = philox.Words(planes, group, otherPlanes, group + otherGroup);
            Drop(a.Pixel0, threshold, input, scale, output);
            Drop(b.Pixel0, threshold, input + other, scale, output + other);
            Drop(a.Pixel1, threshold, input + pixel, scale, output + pixel);
            Drop(b.Pixel1, threshold, input + pixel + other, scale, output + pixel + other);
            Drop(a.Pixel2, threshold, input + (2 * pixel), scale, output + (2 * pixel));
            Drop(b.Pixel2, threshold, input + (2 * pixel) + other, scale, output + (2 * pixel) + other);
            Drop(a.Pixel3, threshold, input + (3 * pixel), scale, output + (3 * pixel));
            Drop(b.Pixel3, threshold, input + (3 * pixel) + other, scale, output + (3 * pixel) + other);
        }

        if (length > 0)
            DropRest(philox.Words(planes, group, otherPlanes, group + otherGroup), input, output, length, other);
    }

    /// <summary>The pixels behind the last full 64 floats: their words go through memory, where they lie as the pixels do.</summary>
    private readonly void DropRest((VectorPhilox.PixelWords First, VectorPhilox.PixelWords Second) words, float* input, float* output, int length, int other)
    {
        uint* memory = stackalloc uint[64];
        Put(words.First, memory);
        Put(words.Second, memory + other);
        for (int i = 0; i < length; i += 8)
            Drop(Vector256.Load(memory + i), Vector256.Create(Threshold), input + i, Vector256.Create(Scale), output + i);
    }

    private readonly void Put(in VectorPhilox.PixelWords words, uint* memory)
    {
        words.Pixel0.Store(memory);
        words.Pixel1.Store(memory + Input.Block);
        words.Pixel2.Store(memory + (2 * Input.Block));
        words.Pixel3.Store(memory + (3 * Input.Block));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void DropPlanes(VectorPhilox philox, float* input, float* output, int length, Vector256<uint> planes)
    {
        (VectorPhilox.PixelWords low, VectorPhilox.PixelWords high) = philox.Words(planes, 0, planes + Vector256.Create(8u), 0);
        Vector256<uint> second = Input.Block == 16 ? high.Pixel0 : low.Pixel0;
        Vector256<float> scale = Vector256.Create(Scale);
        Vector256<int> threshold = Vector256.Create(Threshold);
        int i = 0;
        for (; i + 16 <= length; i += 16)
        {
            Drop(low.Pixel0, threshold, input + i, scale, output + i);
            Drop(second, threshold, input + i + 8, scale, output + i + 8);
        }

        if (i < length)
            Drop(low.Pixel0, threshold, input + i, scale, output + i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Drop(Vector256<uint> words, Vector256<int> threshold, float* input, Vector256<float> scale, float* output) =>
        (Vector256.Load(input) * scale & Vector256.GreaterThanOrEqual((words >>> 8).AsInt32(), threshold).AsSingle()).Store(output);
}
