using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Activation.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.SoftDice.Cpu;

/// <summary>The gradient of the logits from the sums A and B: factor * v p (1 - p) (A / B * b' - a').</summary>
/// <typeparam name="TTerms">What was added up.</typeparam>
internal unsafe struct OverlapGradientJob<TTerms> : ICpuJob
    where TTerms : struct, IOverlapTerms
{
    /// <summary>What was added up.</summary>
    public TTerms Terms;

    /// <summary>Logits, targets and weights.</summary>
    public TargetRuns Runs;

    /// <summary>A / B, one a channel.</summary>
    public float* Ratios;

    /// <summary>Loss gradient / (B G), one a channel.</summary>
    public float* Factors;

    /// <summary>Written, in the layout of the logits.</summary>
    public float* Result;

    /// <summary>How the logits are cut.</summary>
    public LaneTickets Tickets;

    /// <inheritdoc/>
    public readonly void Execute(int ticket, int worker)
    {
        LaneTickets.Place place = Tickets.Find(ticket);
        float* logits = stackalloc float[3 * TargetRuns.Floats];
        float* targets = logits + TargetRuns.Floats, weights = targets + TargetRuns.Floats;
        Vector256<float> ratios = OfLanes(Ratios + place.Channel), factors = OfLanes(Factors + place.Channel);
        for (int first = 0; first < place.Length; first += TargetRuns.Pixels)
        {
            int length = Runs.Gather(place, first, logits, targets, weights);
            Gradients(length, ratios, factors, logits, targets, weights);
            Runs.Scatter(place, first, logits, Result);
        }
    }

    private readonly Vector256<float> OfLanes(float* channels) =>
        Runs.Lanes == 8 ? Vector256.Load(channels) : Vector256.Create(Vector128.Load(channels), Vector128.Load(channels));

    // Results take the place of the logits.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Gradients(int length, Vector256<float> ratios, Vector256<float> factors, float* logits, float* targets, float* weights)
    {
        TTerms terms = Terms;
        for (int i = 0; i < length; i += 8)
        {
            Vector256<float> p = VectorSigmoid.Of(Vector256.Load(logits + i)), t = Vector256.Load(targets + i);
            Vector256<float> slope = factors * p * (Vector256<float>.One - p) * ((ratios * terms.DenominatorSlope(p, t)) - terms.NumeratorSlope(p, t));
            (slope * Vector256.Load(weights + i)).Store(logits + i);
        }
    }
}
