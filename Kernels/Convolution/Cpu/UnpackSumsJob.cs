using SegFromScratch.Engine.Devices.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu;

/// <summary>Adds up the parts of a weight gradient in order and brings it into canonical order K,C,kh,kw, one vector of output channels a ticket.</summary>
internal unsafe struct UnpackSumsJob : ICpuJob
{
    /// <summary>The sums of all parts. Those of the first part are overwritten with the total.</summary>
    public float* Sums;

    /// <summary>The number of parts.</summary>
    public int Parts;

    /// <summary>Order of the sums.</summary>
    public PackedWeightLayout Layout;

    /// <summary>K.</summary>
    public int OutputChannels;

    /// <summary>C.</summary>
    public int InputChannels;

    /// <summary>The canonical weight gradient.</summary>
    public float* WeightGradient;

    /// <inheritdoc/>
    public readonly void Execute(int ticket, int worker)
    {
        int group = ticket / Layout.GroupVectors;
        int width = Layout.VectorsOf(group) * Layout.Lanes;
        float* sums = Sums + Layout.GroupStart(group) + ((ticket % Layout.GroupVectors) * Layout.Lanes);
        int first = ticket * Layout.Lanes;
        int lanes = Math.Min(Layout.Lanes, OutputChannels - first);
        nint kernelStep = (nint)InputChannels * Layout.Taps;
        for (int tap = 0; tap < Layout.Taps; tap++)
        {
            for (int c = 0; c < InputChannels; c++)
            {
                float* row = sums + ((((nint)tap * Layout.Reduced) + c) * width);
                float* target = WeightGradient + (first * kernelStep) + ((nint)c * Layout.Taps) + tap;
                for (int lane = 0; lane < lanes; lane++)
                    target[lane * kernelStep] = Total(row + lane);
            }
        }
    }

    private readonly float Total(float* sum)
    {
        float total = *sum;
        for (int part = 1; part < Parts; part++)
            total += sum[part * (nint)Layout.Length];
        return total;
    }
}
