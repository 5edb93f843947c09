using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu;

/// <summary>The sums of the output gradient over the pixels of a ticket, a channel each: single precision over short slices, double over these.</summary>
internal unsafe struct BiasGradientJob : ICpuJob
{
    private const int SlicePixels = 512;

    /// <summary>The gradient of the output.</summary>
    public ChannelPlanes OutputGradient;

    /// <summary>How it is cut.</summary>
    public PlaneTickets Tickets;

    /// <summary>Written: for each ticket one sum a channel of its block.</summary>
    public double* Results;

    /// <summary>biasGradient[k] = sum of outputGradient[:, k].</summary>
    public static void Run(CpuDevice device, TensorView outputGradient, ArrayView<float> biasGradient)
    {
        var planes = new ChannelPlanes(outputGradient);
        var tickets = new PlaneTickets(planes);
        using Workspace partials = new(device, (long)tickets.Count * planes.Block * sizeof(double) / sizeof(float), "bias gradient sums");
        var results = (double*)partials.Pointer;
        device.Threads.Run(new BiasGradientJob { OutputGradient = planes, Tickets = tickets, Results = results }, tickets.Count);
        for (int k = 0; k < planes.Channels; k++)
        {
            double sum = 0;
            for (int image = 0; image < planes.Batch; image++)
            {
                int first = ((image * planes.Blocks) + (k / planes.Block)) * tickets.PerPlane;
                for (int ticket = first; ticket < first + tickets.PerPlane; ticket++)
                    sum += results[(ticket * planes.Block) + (k % planes.Block)];
            }

            biasGradient[k] = (float)sum;
        }
    }

    /// <inheritdoc/>
    public readonly void Execute(int ticket, int worker)
    {
        (int plane, int first, int length) = Tickets.Find(ticket);
        float* gradient = OutputGradient.Data + (plane * OutputGradient.Plane) + ((nint)first * OutputGradient.Block);
        double* results = Results + ((nint)ticket * OutputGradient.Block);
        new Span<double>(results, OutputGradient.Block).Clear();
        for (int slice = 0; slice < length; slice += SlicePixels)
        {
            int pixels = Math.Min(SlicePixels, length - slice);
            for (int lane = 0; lane < OutputGradient.Block; lane += Vector256<float>.Count)
                Add(gradient + ((nint)slice * OutputGradient.Block) + lane, pixels, OutputGradient.Block, results + lane);
        }
    }

    // Two sums: an addition takes four cycles, and one chain would wait for itself.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add(float* gradient, int pixels, int block, double* results)
    {
        Vector256<float> even = default, odd = default;
        int i = 0;
        for (; i + 2 <= pixels; i += 2)
        {
            even += Vector256.Load(gradient);
            odd += Vector256.Load(gradient + block);
            gradient += 2 * block;
        }

        if (i < pixels)
            even += Vector256.Load(gradient);
        Vector256<float> sum = even + odd;
        for (int lane = 0; lane < Vector256<float>.Count; lane++)
            results[lane] += sum[lane];
    }
}
