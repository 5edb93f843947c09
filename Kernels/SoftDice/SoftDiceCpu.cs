using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Activation.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.SoftDice;

/// <summary>The soft Dice loss on the <c>cpu</c> device, for logits of channel block 8 or 16; targets may lie in any layout.</summary>
internal static unsafe class SoftDiceCpu
{

    /// <summary>Whether these kernels can work on logits of a layout.</summary>
    public static bool Supports(TensorLayout logits) => logits.ChannelBlock is 8 or 16;

    /// <summary>
    /// numerator = 2 * sum of v p t + smooth, denominator = sum of v (p + t) + smooth with p = sigmoid(logits);
    /// one of each over everything, or one a channel, by the length of the results.
    /// </summary>
    public static void Sums(
        CpuDevice device,
        TensorView logits,
        TensorView target,
        ArrayView<float> pixelWeights,
        float smooth,
        ArrayView<float> numerators,
        ArrayView<float> denominators)
    {
        var planes = new ChannelPlanes(logits);
        var tickets = new LaneTickets(planes);
        using Workspace partials = new(device, 2L * 16 * tickets.Count, "partial sums");
        var sums = (double*)partials.Pointer;
        device.Threads.Run(
            new SumsJob { Runs = new TargetRuns(planes, new ChannelPlanes(target), pixelWeights.Pointer), Sums = sums, Tickets = tickets },
            tickets.Count);
        int groups = numerators.Length;
        for (int group = 0; group < groups; group++)
        {
            double overlap = 0, size = 0;
            for (int ticket = 0; ticket < tickets.Count; ticket++)
            {
                int channel = tickets.Find(ticket).Channel;
                for (int lane = 0; lane < 8; lane++)
                {
                    if (groups > 1 && channel + lane != group)
                        continue;
                    overlap += sums[(16 * ticket) + lane];
                    size += sums[(16 * ticket) + 8 + lane];
                }
            }

            numerators[group] = (float)((2 * overlap) + smooth);
            denominators[group] = (float)(size + smooth);
        }
    }

    /// <summary>inputGradient = lossGradient * v p (1 - p) (A / B - 2 t) / (B G) with numerators A, denominators B, G groups; 0 in padded channels.</summary>
    public static void Backward(
        CpuDevice device,
        TensorView logits,
        TensorView target,
        ArrayView<float> pixelWeights,
        ArrayView<float> numerators,
        ArrayView<float> denominators,
        ArrayView<float> lossGradient,
        TensorView inputGradient)
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

        var job = new GradientJob
        {
            Runs = new TargetRuns(planes, new ChannelPlanes(target), pixelWeights.Pointer),
            Ratios = vectors.Pointer,
            Factors = vectors.Pointer + padded,
            Result = inputGradient.Data.Pointer,
            Tickets = new LaneTickets(planes),
        };
        device.Threads.Run(job, job.Tickets.Count);
    }

    private struct SumsJob : ICpuJob
    {
        public TargetRuns Runs;
        public double* Sums;
        public LaneTickets Tickets;

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
        private static void AddUp(int length, Vector256<float> filled, float* logits, float* targets, float* weights, float* sums)
        {
            Vector256<float> overlap = default, size = default;
            for (int i = 0; i < length; i += 8)
            {
                Vector256<float> weight = Vector256.Load(weights + i);
                Vector256<float> used = Vector256.GreaterThan(weight, Vector256<float>.Zero) & filled;
                Vector256<float> p = VectorSigmoid.Of(Vector256.Load(logits + i)) & used;
                Vector256<float> t = Vector256.Load(targets + i) & used;
                overlap += weight * p * t;
                size += weight * (p + t);
            }

            overlap.Store(sums);
            size.Store(sums + 8);
        }
    }

    private struct GradientJob : ICpuJob
    {
        public TargetRuns Runs;
        public float* Ratios;
        public float* Factors;
        public float* Result;
        public LaneTickets Tickets;

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
        private static void Gradients(int length, Vector256<float> ratios, Vector256<float> factors, float* logits, float* targets, float* weights)
        {
            for (int i = 0; i < length; i += 8)
            {
                Vector256<float> p = VectorSigmoid.Of(Vector256.Load(logits + i));
                Vector256<float> slope = factors * p * (Vector256<float>.One - p) * (ratios - (Vector256.Load(targets + i) * 2f));
                (slope * Vector256.Load(weights + i)).Store(logits + i);
            }
        }
    }
}
