using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Activation.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.SoftDice;

/// <summary>The soft Dice loss on the <c>cpu</c> device, for logits of channel block 8 or 16; targets may lie in any layout.</summary>
internal static unsafe class SoftDiceCpu
{
    private const int SlicePixels = 256;

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
            new SumsJob { Logits = planes, Target = new LanePixels(new ChannelPlanes(target)), PixelWeights = pixelWeights.Pointer, Sums = sums, Tickets = tickets },
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
            Logits = planes,
            Target = new LanePixels(new ChannelPlanes(target)),
            PixelWeights = pixelWeights.Pointer,
            Ratios = vectors.Pointer,
            Factors = vectors.Pointer + padded,
            Result = inputGradient.Data.Pointer,
            Tickets = new LaneTickets(planes),
        };
        device.Threads.Run(job, job.Tickets.Count);
    }

    private struct SumsJob : ICpuJob
    {
        public ChannelPlanes Logits;
        public LanePixels Target;
        public float* PixelWeights;
        public double* Sums;
        public LaneTickets Tickets;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Execute(int ticket, int worker)
        {
            LaneTickets.Place place = Tickets.Find(ticket);
            float* weights = PixelWeights == null ? null : PixelWeights + ((nint)place.Image * Logits.Height * Logits.Width) + place.First;
            float* logits = Logits.Data + place.Offset;
            double* sums = Sums + (16 * (nint)ticket);
            new Span<double>(sums, 16).Clear();
            for (int slice = 0; slice < place.Length; slice += SlicePixels)
            {
                Vector256<float> overlap = default, size = default;
                for (int pixel = slice; pixel < Math.Min(place.Length, slice + SlicePixels); pixel++)
                {
                    Vector256<float> p = VectorSigmoid.Of(Vector256.Load(logits + ((nint)pixel * Logits.Block))) & place.Filled;
                    Vector256<float> t = Target.Load(place.Image, place.Channel, place.First + pixel);
                    Vector256<float> weight = weights == null ? Vector256<float>.One : Vector256.Create(weights[pixel]);
                    overlap += weight * p * t;
                    size += weight * (p + t);
                }

                for (int lane = 0; lane < 8; lane++)
                {
                    sums[lane] += overlap[lane];
                    sums[8 + lane] += size[lane];
                }
            }
        }
    }

    private struct GradientJob : ICpuJob
    {
        public ChannelPlanes Logits;
        public LanePixels Target;
        public float* PixelWeights;
        public float* Ratios;
        public float* Factors;
        public float* Result;
        public LaneTickets Tickets;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Execute(int ticket, int worker)
        {
            LaneTickets.Place place = Tickets.Find(ticket);
            float* weights = PixelWeights == null ? null : PixelWeights + ((nint)place.Image * Logits.Height * Logits.Width) + place.First;
            Vector256<float> ratio = Vector256.Load(Ratios + place.Channel), factor = Vector256.Load(Factors + place.Channel);
            nint at = place.Offset;
            for (int pixel = 0; pixel < place.Length; pixel++, at += Logits.Block)
            {
                Vector256<float> p = VectorSigmoid.Of(Vector256.Load(Logits.Data + at));
                Vector256<float> t = Target.Load(place.Image, place.Channel, place.First + pixel);
                Vector256<float> result = factor * p * (Vector256<float>.One - p) * (ratio - (t * 2f));
                if (weights != null)
                    result *= weights[pixel];
                (result & place.Filled).Store(Result + at);
            }
        }
    }
}
