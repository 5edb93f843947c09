using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.BinaryCrossEntropy.Cpu;

/// <summary>The weighted losses of logits, or their gradients.</summary>
/// <typeparam name="TLoss">The loss of one logit.</typeparam>
internal unsafe struct ElementLossJob<TLoss> : ICpuJob
    where TLoss : struct, IElementLoss
{
    /// <summary>The loss of one logit.</summary>
    public TLoss Loss;

    /// <summary>Logits, targets and weights.</summary>
    public TargetRuns Runs;

    /// <summary>Written, in the layout of the logits.</summary>
    public float* Result;

    /// <summary>How the logits are cut.</summary>
    public LaneTickets Tickets;

    /// <summary>Whether gradients are wanted.</summary>
    public bool IsGradient;

    /// <summary>Multiplies gradients.</summary>
    public float Factor;

    /// <inheritdoc/>
    public readonly void Execute(int ticket, int worker)
    {
        LaneTickets.Place place = Tickets.Find(ticket);
        float* logits = stackalloc float[3 * TargetRuns.Floats];
        float* targets = logits + TargetRuns.Floats, weights = targets + TargetRuns.Floats;
        for (int first = 0; first < place.Length; first += TargetRuns.Pixels)
        {
            int length = Runs.Gather(place, first, logits, targets, weights);
            if (IsGradient)
                Gradients(length, logits, targets, weights);
            else
                Losses(length, logits, targets, weights);
            Runs.Scatter(place, first, logits, Result);
        }
    }

    // Results take the place of the logits.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Losses(int length, float* logits, float* targets, float* weights)
    {
        TLoss loss = Loss;
        for (int i = 0; i < length; i += 8)
            (loss.Loss(Vector256.Load(logits + i), Vector256.Load(targets + i)) * Vector256.Load(weights + i)).Store(logits + i);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Gradients(int length, float* logits, float* targets, float* weights)
    {
        TLoss loss = Loss;
        Vector256<float> factor = Vector256.Create(Factor);
        for (int i = 0; i < length; i += 8)
            (loss.Slope(Vector256.Load(logits + i), Vector256.Load(targets + i)) * factor * Vector256.Load(weights + i)).Store(logits + i);
    }
}
