using SegFromScratch.Engine.Devices.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu;

/// <summary>
/// Brings canonical weights K,C,kh,kw into <see cref="PackedWeightLayout"/>, one vector of output channels a ticket.
/// For the input gradient the two kinds of channels change places and the taps run backwards.
/// </summary>
internal unsafe struct PackWeightsJob : ICpuJob
{
    /// <summary>The canonical weights.</summary>
    public float* Weight;

    /// <summary>The result.</summary>
    public float* Packed;

    /// <summary>The order of the result.</summary>
    public PackedWeightLayout Layout;

    /// <summary>K of the canonical weights.</summary>
    public int OutputChannels;

    /// <summary>C of the canonical weights.</summary>
    public int InputChannels;

    /// <summary>Packs for the input gradient.</summary>
    public bool Transposed;

    /// <summary>A factor for each output channel K, or null. Folds a normalisation into the weights.</summary>
    public float* Scale;

    /// <inheritdoc/>
    public readonly void Execute(int ticket, int worker)
    {
        int group = ticket / Layout.GroupVectors;
        int step = Layout.VectorsOf(group) * Layout.Lanes;
        int channel = ticket * Layout.Lanes;
        float* target = Packed + Layout.GroupStart(group) + ((ticket % Layout.GroupVectors) * Layout.Lanes);
        int kept = Transposed ? InputChannels : OutputChannels;
        int reduced = Transposed ? OutputChannels : InputChannels;
        int lanes = Math.Max(0, Math.Min(Layout.Lanes, kept - channel));
        nint laneStep = (nint)Layout.Taps * (Transposed ? 1 : InputChannels);
        nint reducedStep = (nint)Layout.Taps * (Transposed ? InputChannels : 1);
        float* source = Weight + (channel * laneStep);
        for (int q = 0; q < Layout.Reduced; q++)
        {
            for (int tap = 0; tap < Layout.Taps; tap++)
            {
                float* row = target + ((((nint)tap * Layout.Reduced) + q) * step);
                float* from = source + (q * reducedStep) + (Transposed ? Layout.Taps - 1 - tap : tap);
                int filled = q < reduced ? lanes : 0;
                for (int lane = 0; lane < filled; lane++)
                    row[lane] = from[lane * laneStep];
                for (int lane = filled; lane < Layout.Lanes; lane++)
                    row[lane] = 0;
            }
        }

        if (Scale != null)
            MultiplyBy(target, step, lanes, Scale + channel);
    }

    private readonly void MultiplyBy(float* target, int step, int lanes, float* scale)
    {
        for (nint row = 0; row < (nint)Layout.Taps * Layout.Reduced; row++, target += step)
        {
            for (int lane = 0; lane < lanes; lane++)
                target[lane] *= scale[lane];
        }
    }
}
