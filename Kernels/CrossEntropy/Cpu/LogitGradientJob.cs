using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.CrossEntropy.Cpu;

/// <summary>The gradient of the logits, eight classes of a pixel at a time.</summary>
internal unsafe struct LogitGradientJob : ICpuJob
{
    /// <summary>The logits.</summary>
    public ChannelPlanes Logits;

    /// <summary>What they are compared with.</summary>
    public ClassTargets Targets;

    /// <summary>What the forward pass wrote.</summary>
    public float* LogSumExponentials;

    /// <summary>Loss gradient times what the sum of losses was multiplied by.</summary>
    public float Factor;

    /// <summary>Written.</summary>
    public float* Gradient;

    /// <summary>How the tensor is cut.</summary>
    public LaneTickets Tickets;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Execute(int ticket, int worker)
    {
        LaneTickets.Place place = Tickets.Find(ticket);
        nint pixel = ((nint)place.Image * Logits.Height * Logits.Width) + place.First;
        float* logits = Logits.Data + place.Offset;
        float* gradient = Gradient + place.Offset;
        Vector256<float> even = Vector256.Load(Targets.Weights + place.Channel) * (Targets.Smoothing / Targets.Classes);
        for (int i = 0; i < place.Length; i++, logits += Logits.Block, gradient += Logits.Block)
        {
            int label = Targets.Target[pixel + i];
            if (!Targets.Counts(label) || place.Channel >= Targets.Classes)
            {
                Vector256<float>.Zero.Store(gradient);
                continue;
            }

            float own = (1f - Targets.Smoothing) * Targets.Weights[label];
            float all = own + (Targets.Smoothing / Targets.Classes * Targets.WeightSum);
            Vector256<float> probability = VectorExponential.OfNonPositive(Vector256.Load(logits) - Vector256.Create(LogSumExponentials[pixel + i]));
            Vector256<float> ofLabel = Vector256.Equals(Vector256<int>.Indices, Vector256.Create(label - place.Channel)).AsSingle() & Vector256.Create(own);
            ((((probability * all) - even - ofLabel) * Factor) & place.Filled).Store(gradient);
        }
    }
}
