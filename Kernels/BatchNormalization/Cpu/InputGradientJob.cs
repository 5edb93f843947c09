using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.BatchNormalization.Cpu;

/// <summary>inputGradient = scale * g + slope * (input - mean) + constant.</summary>
internal unsafe struct InputGradientJob : ICpuJob
{
    /// <summary>The input.</summary>
    public ChannelPlanes Input;

    /// <summary>The gradient of the output.</summary>
    public float* OutputGradient;

    /// <summary>The gradient of the input, written.</summary>
    public float* InputGradient;

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
        Run(Input.Data + offset, OutputGradient + offset, InputGradient + offset, length * Input.Block, channel);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Run(float* input, float* gradient, float* result, int length, int channel)
    {
        var mean = new LanePair(Parameters.Mean + channel, Input.Block);
        var scale = new LanePair(Parameters.Scale + channel, Input.Block);
        var beta = new LanePair(Parameters.Beta + channel, Input.Block);
        var slope = new LanePair(Parameters.Slope + channel, Input.Block);
        var constant = new LanePair(Parameters.Constant + channel, Input.Block);
        Vector256<float> floor = Vector256.Create(Floor);
        int i = 0;
        for (; i + 16 <= length; i += 16)
        {
            Vector256<float> x0 = Vector256.Load(input + i) - mean.First;
            Vector256<float> x1 = Vector256.Load(input + i + 8) - mean.Second;
            Vector256<float> g0 = RectifiedGradient.Of(x0, scale.First, beta.First, floor, Vector256.Load(gradient + i));
            Vector256<float> g1 = RectifiedGradient.Of(x1, scale.Second, beta.Second, floor, Vector256.Load(gradient + i + 8));
            Vector256.MultiplyAddEstimate(g0, scale.First, Vector256.MultiplyAddEstimate(x0, slope.First, constant.First)).Store(result + i);
            Vector256.MultiplyAddEstimate(g1, scale.Second, Vector256.MultiplyAddEstimate(x1, slope.Second, constant.Second)).Store(result + i + 8);
        }

        if (i < length)
        {
            Vector256<float> x = Vector256.Load(input + i) - mean.First;
            Vector256<float> g = RectifiedGradient.Of(x, scale.First, beta.First, floor, Vector256.Load(gradient + i));
            Vector256.MultiplyAddEstimate(g, scale.First, Vector256.MultiplyAddEstimate(x, slope.First, constant.First)).Store(result + i);
        }
    }
}
