using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.BatchNormalization.Cpu;

/// <summary>output = max(floor, (input - mean) * scale + beta), or max(floor, (input - mean) * scale + beta + added).</summary>
internal unsafe struct NormalizeJob : ICpuJob
{
    /// <summary>The input.</summary>
    public ChannelPlanes Input;

    /// <summary>What is added, or null.</summary>
    public float* Added;

    /// <summary>The output.</summary>
    public float* Output;

    /// <summary>How they are cut.</summary>
    public PlaneTickets Tickets;

    /// <summary>Numbers a channel.</summary>
    public ChannelParameters Parameters;

    /// <summary>0 for a fused rectifier, otherwise minus infinity.</summary>
    public float Floor;

    /// <inheritdoc/>
    public readonly void Execute(int ticket, int worker)
    {
        (int plane, int first, int length) = Tickets.Find(ticket);
        int channel = Parameters.Of(plane, Input);
        nint offset = (plane * Input.Plane) + ((nint)first * Input.Block);
        var mean = new LanePair(Parameters.Mean + channel, Input.Block);
        var scale = new LanePair(Parameters.Scale + channel, Input.Block);
        var beta = new LanePair(Parameters.Beta + channel, Input.Block);
        if (Added is null)
            Normalize(Input.Data + offset, Output + offset, length * Input.Block, mean, scale, beta, Vector256.Create(Floor));
        else
            NormalizeAndAdd(Input.Data + offset, Added + offset, Output + offset, length * Input.Block, mean, scale, beta, Vector256.Create(Floor));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Normalize(float* input, float* output, int length, LanePair mean, LanePair scale, LanePair beta, Vector256<float> floor)
    {
        int i = 0;
        for (; i + 16 <= length; i += 16)
        {
            Vector256.Max(Vector256.MultiplyAddEstimate(Vector256.Load(input + i) - mean.First, scale.First, beta.First), floor).Store(output + i);
            Vector256.Max(Vector256.MultiplyAddEstimate(Vector256.Load(input + i + 8) - mean.Second, scale.Second, beta.Second), floor).Store(output + i + 8);
        }

        if (i < length)
            Vector256.Max(Vector256.MultiplyAddEstimate(Vector256.Load(input + i) - mean.First, scale.First, beta.First), floor).Store(output + i);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void NormalizeAndAdd(float* input, float* added, float* output, int length, LanePair mean, LanePair scale, LanePair beta, Vector256<float> floor)
    {
        int i = 0;
        for (; i + 16 <= length; i += 16)
        {
            Vector256<float> y0 = Vector256.MultiplyAddEstimate(Vector256.Load(input + i) - mean.First, scale.First, beta.First);
            Vector256<float> y1 = Vector256.MultiplyAddEstimate(Vector256.Load(input + i + 8) - mean.Second, scale.Second, beta.Second);
            Vector256.Max(y0 + Vector256.Load(added + i), floor).Store(output + i);
            Vector256.Max(y1 + Vector256.Load(added + i + 8), floor).Store(output + i + 8);
        }

        if (i < length)
        {
            Vector256<float> y = Vector256.MultiplyAddEstimate(Vector256.Load(input + i) - mean.First, scale.First, beta.First);
            Vector256.Max(y + Vector256.Load(added + i), floor).Store(output + i);
        }
    }
}
