using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Activation.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.SoftDice.Cpu;

/// <summary>The two sums of each ticket: eight lanes of numerators, then eight of denominators.</summary>
/// <typeparam name="TTerms">What is added up.</typeparam>
internal unsafe struct OverlapSumsJob<TTerms> : ICpuJob
    where TTerms : struct, IOverlapTerms
{
    /// <summary>What is added up.</summary>
    public TTerms Terms;

    /// <summary>Logits, targets and weights.</summary>
    public TargetRuns Runs;

    /// <summary>Written: 16 numbers a ticket.</summary>
    public double* Sums;

    /// <summary>How the logits are cut.</summary>
    public LaneTickets Tickets;

    /// <inheritdoc/>
    public readonly void Execute(int ticket, int worker)
    {
        LaneTickets.Place place = Tickets.Find(ticket);
        double* sums = Sums + (16 * (nint)ticket);
        new Span<double>(sums, 16).Clear();
        float* logits = stackalloc float[3 * TargetRuns.Floats];
        float* targets = logits + TargetRuns.Floats, weights = targets + TargetRuns.Floats;
        float* partial = stackalloc float[16];
        int lanes = Runs.Lanes;
        for (int first = 0; first < place.Length; first += TargetRuns.Pixels)
        {
            int length = Runs.Gather(place, first, logits, targets, weights);

            // An odd number of pixels of four lanes leaves half a vector over, which counts with weight 0.
            if (length % 8 != 0)
                Vector128<float>.Zero.Store(weights + length);
            AddUp(length, Runs.Filled(place), logits, targets, weights, partial);
            for (int lane = 0; lane < 8; lane++)
            {
                sums[lane % lanes] += partial[lane];
                sums[8 + (lane % lanes)] += partial[8 + lane];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void AddUp(int length, Vector256<float> filled, float* logits, float* targets, float* weights, float* sums)
    {
        TTerms terms = Terms;
        Vector256<float> numerator = default, denominator = default;
        for (int i = 0; i < length; i += 8)
        {
            Vector256<float> weight = Vector256.Load(weights + i);
            Vector256<float> used = Vector256.GreaterThan(weight, Vector256<float>.Zero) & filled;
            Vector256<float> p = VectorSigmoid.Of(Vector256.Load(logits + i)) & used;
            Vector256<float> t = Vector256.Load(targets + i) & used;
            numerator += weight * terms.Numerator(p, t);
            denominator += weight * terms.Denominator(p, t);
        }

        numerator.Store(sums);
        denominator.Store(sums + 8);
    }
}
