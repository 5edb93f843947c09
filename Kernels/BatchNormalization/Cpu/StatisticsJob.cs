using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.BatchNormalization.Cpu;

/// <summary>Mean and squared deviations of each channel over the pixels of a ticket.</summary>
internal unsafe struct StatisticsJob : ICpuJob
{
    /// <summary>The input.</summary>
    public ChannelPlanes Input;

    /// <summary>How it is cut.</summary>
    public PlaneTickets Tickets;

    /// <summary>Written: the moments of each channel of a ticket's block.</summary>
    public Moments* Results;

    /// <inheritdoc/>
    public readonly void Execute(int ticket, int worker)
    {
        (int plane, int first, int length) = Tickets.Find(ticket);
        float* data = Input.Data + (plane * Input.Plane) + ((nint)first * Input.Block);
        Moments* moments = Results + ((nint)ticket * Input.Block);
        new Span<Moments>(moments, Input.Block).Clear();
        float* sums = stackalloc float[48];
        for (int slice = 0; slice < length; slice += SliceStatistics.Pixels)
        {
            int pixels = Math.Min(SliceStatistics.Pixels, length - slice);
            SliceStatistics.About(data + ((nint)slice * Input.Block), pixels, Input.Block, sums, sums + 16, sums + 32);
            for (int c = 0; c < Input.Block; c++)
                moments[c] = moments[c].Join(Moments.About(sums[c], pixels, sums[16 + c], sums[32 + c]));
        }
    }
}
