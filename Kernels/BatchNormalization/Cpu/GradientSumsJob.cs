using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.BatchNormalization.Cpu;

/// <summary>
/// The sums of g and of g * (input - mean) over the pixels of a ticket, in double over slices of single precision.
/// g is the output gradient where the output is above the floor; whether it is, is computed again from the input:
/// that is cheaper than reading the output. Where something was added before the rectifier it is read from the output, and g is stored: it is the gradient of what was added.
/// </summary>
internal unsafe struct GradientSumsJob : ICpuJob
{
    private const int SlicePixels = 512;

    /// <summary>The input.</summary>
    public ChannelPlanes Input;

    /// <summary>The gradient of the output.</summary>
    public float* OutputGradient;

    /// <summary>The output, where something was added before the rectifier, else null.</summary>
    public float* Output;

    /// <summary>Written: g, where there is <see cref="Output"/>. May be the gradient of the output.</summary>
    public float* Rectified;

    /// <summary>How they are cut.</summary>
    public PlaneTickets Tickets;

    /// <summary>Numbers a channel.</summary>
    public ChannelParameters Parameters;

    /// <summary>0 for a fused rectifier, otherwise minus infinity.</summary>
    public float Floor;

    /// <summary>Written: for each ticket the sums of g of its channels, then those of g * (input - mean).</summary>
    public double* Results;

    /// <inheritdoc/>
    public readonly void Execute(int ticket, int worker)
    {
        (int plane, int first, int length) = Tickets.Find(ticket);
        int channel = Parameters.Of(plane, Input);
        nint offset = (plane * Input.Plane) + ((nint)first * Input.Block);
        double* results = Results + ((nint)ticket * 2 * Input.Block);
        new Span<double>(results, 2 * Input.Block).Clear();
        float* sums = stackalloc float[32];
        for (int slice = 0; slice < length; slice += SlicePixels)
        {
            nint start = offset + ((nint)slice * Input.Block);
            int floats = Math.Min(SlicePixels, length - slice) * Input.Block;
            var mean = new LanePair(Parameters.Mean + channel, Input.Block);
            if (Output is not null)
            {
                SumRectified(Input.Data + start, Output + start, OutputGradient + start, Rectified + start, floats, mean, Input.Block, sums);
            }
            else
            {
                var scale = new LanePair(Parameters.Scale + channel, Input.Block);
                var beta = new LanePair(Parameters.Beta + channel, Input.Block);
                Sum(Input.Data + start, OutputGradient + start, floats, mean, scale, beta, Vector256.Create(Floor), Input.Block, sums);
            }

            for (int c = 0; c < Input.Block; c++)
            {
                results[c] += sums[c];
                results[Input.Block + c] += sums[16 + c];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum(
        float* input, float* gradient, int length, LanePair mean, LanePair scale, LanePair beta, Vector256<float> floor, int block, float* sums)
    {
        Vector256<float> sum0 = default, sum1 = default, product0 = default, product1 = default;
        int i = 0;
        for (; i + 16 <= length; i += 16)
        {
            Vector256<float> x0 = Vector256.Load(input + i) - mean.First;
            Vector256<float> x1 = Vector256.Load(input + i + 8) - mean.Second;
            Vector256<float> g0 = RectifiedGradient.Of(x0, scale.First, beta.First, floor, Vector256.Load(gradient + i));
            Vector256<float> g1 = RectifiedGradient.Of(x1, scale.Second, beta.Second, floor, Vector256.Load(gradient + i + 8));
            sum0 += g0;
            sum1 += g1;
            product0 = Vector256.MultiplyAddEstimate(g0, x0, product0);
            product1 = Vector256.MultiplyAddEstimate(g1, x1, product1);
        }

        if (i < length)
        {
            Vector256<float> x = Vector256.Load(input + i) - mean.First;
            Vector256<float> g = RectifiedGradient.Of(x, scale.First, beta.First, floor, Vector256.Load(gradient + i));
            sum0 += g;
            product0 = Vector256.MultiplyAddEstimate(g, x, product0);
        }

        new FourVectors(sum0, sum1, default, default).Store(sums, block, 1f);
        new FourVectors(product0, product1, default, default).Store(sums + 16, block, 1f);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumRectified(float* input, float* output, float* gradient, float* rectified, int length, LanePair mean, int block, float* sums)
    {
        Vector256<float> sum0 = default, sum1 = default, product0 = default, product1 = default;
        int i = 0;
        for (; i + 16 <= length; i += 16)
        {
            Vector256<float> g0 = Vector256.AndNot(Vector256.Load(gradient + i), Vector256.LessThanOrEqual(Vector256.Load(output + i), Vector256<float>.Zero));
            Vector256<float> g1 = Vector256.AndNot(Vector256.Load(gradient + i + 8), Vector256.LessThanOrEqual(Vector256.Load(output + i + 8), Vector256<float>.Zero));
            g0.Store(rectified + i);
            g1.Store(rectified + i + 8);
            sum0 += g0;
            sum1 += g1;
            product0 = Vector256.MultiplyAddEstimate(g0, Vector256.Load(input + i) - mean.First, product0);
            product1 = Vector256.MultiplyAddEstimate(g1, Vector256.Load(input + i + 8) - mean.Second, product1);
        }

        if (i < length)
        {
            Vector256<float> g = Vector256.AndNot(Vector256.Load(gradient + i), Vector256.LessThanOrEqual(Vector256.Load(output + i), Vector256<float>.Zero));
            g.Store(rectified + i);
            sum0 += g;
            product0 = Vector256.MultiplyAddEstimate(g, Vector256.Load(input + i) - mean.First, product0);
        }

        new FourVectors(sum0, sum1, default, default).Store(sums, block, 1f);
        new FourVectors(product0, product1, default, default).Store(sums + 16, block, 1f);
    }
}
