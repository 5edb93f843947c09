using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;
using SegFromScratch.Kernels.SoftDice.Cpu;

namespace SegFromScratch.Kernels.SoftDice;

/// <summary>Losses 1 - A / B over regions on the <c>cpu</c> device, for logits of channel block 8 or 16; targets may lie in any layout. What A and B add up, the loss says.</summary>
internal static unsafe class OverlapCpu
{
    /// <summary>Whether these kernels can work on logits of a layout.</summary>
    public static bool Supports(TensorLayout logits) => logits.ChannelBlock is 8 or 16;

    /// <summary>
    /// numerator = sum of v a(p, t) + smooth, denominator = sum of v b(p, t) + smooth with p = sigmoid(logits);
    /// one of each over everything, or one a channel, by the length of the results.
    /// </summary>
    public static void Sums<TTerms>(
        CpuDevice device,
        TTerms terms,
        TensorView logits,
        TensorView target,
        ArrayView<float> pixelWeights,
        float smooth,
        ArrayView<float> numerators,
        ArrayView<float> denominators)
        where TTerms : struct, IOverlapTerms
    {
        var planes = new ChannelPlanes(logits);
        var tickets = new LaneTickets(planes);
        using Workspace partials = new(device, 2L * 16 * tickets.Count, "partial sums");
        var sums = (double*)partials.Pointer;
        device.Threads.Run(
            new OverlapSumsJob<TTerms> { Terms = terms, Runs = new TargetRuns(planes, new ChannelPlanes(target), pixelWeights.Pointer), Sums = sums, Tickets = tickets },
            tickets.Count);
        int groups = numerators.Length;
        for (int group = 0; group < groups; group++)
        {
            double numerator = 0, denominator = 0;
            for (int ticket = 0; ticket < tickets.Count; ticket++)
            {
                int channel = tickets.Find(ticket).Channel;
                for (int lane = 0; lane < 8; lane++)
                {
                    if (groups > 1 && channel + lane != group)
                        continue;
                    numerator += sums[(16 * ticket) + lane];
                    denominator += sums[(16 * ticket) + 8 + lane];
                }
            }

            numerators[group] = (float)(numerator + smooth);
            denominators[group] = (float)(denominator + smooth);
        }
    }

    /// <summary>inputGradient = lossGradient * v p (1 - p) (A / B * b'(p, t) - a'(p, t)) / (B G) with numerators A, denominators B, G groups; 0 in padded channels.</summary>
    public static void Backward<TTerms>(
        CpuDevice device,
        TTerms terms,
        TensorView logits,
        TensorView target,
        ArrayView<float> pixelWeights,
        ArrayView<float> numerators,
        ArrayView<float> denominators,
        ArrayView<float> lossGradient,
        TensorView inputGradient)
        where TTerms : struct, IOverlapTerms
    {
        var planes = new ChannelPlanes(logits);
        int padded = planes.Blocks * planes.Block;
        using Workspace vectors = new(device, 2L * padded, "channel parameters");
        for (int c = 0; c < padded; c++)
        {
            int group = numerators.Length > 1 ? Math.Min(c, planes.Channels - 1) : 0;
            vectors.Pointer[c] = numerators[group] / denominators[group];
            vectors.Pointer[padded + c] = lossGradient[0] / (denominators[group] * numerators.Length);
        }

        var job = new OverlapGradientJob<TTerms>
        {
            Terms = terms,
            Runs = new TargetRuns(planes, new ChannelPlanes(target), pixelWeights.Pointer),
            Ratios = vectors.Pointer,
            Factors = vectors.Pointer + padded,
            Result = inputGradient.Data.Pointer,
            Tickets = new LaneTickets(planes),
        };
        device.Threads.Run(job, job.Tickets.Count);
    }
}
