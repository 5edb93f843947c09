using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Activation.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.BinaryCrossEntropy;

/// <summary>Binary cross entropy on the <c>cpu</c> device, for logits of channel block 8 or 16; targets may lie in any layout.</summary>
internal static unsafe class BinaryCrossEntropyCpu
{
    /// <summary>Whether these kernels can work on logits of a layout.</summary>
    public static bool Supports(TensorLayout logits) => logits.ChannelBlock is 8 or 16;

    /// <summary>losses = v * (max(x, 0) - t x + log(1 + exp(-|x|))), in the layout of the logits; 0 in padded channels.</summary>
    public static void Forward(CpuDevice device, TensorView logits, TensorView target, ArrayView<float> pixelWeights, ArrayView<float> losses)
    {
        ElementJob job = Job(logits, target, pixelWeights, losses.Pointer);
        device.Threads.Run(job, job.Tickets.Count);
    }

    /// <summary>inputGradient = lossGradient * factor * v * (sigmoid(x) - t); 0 in padded channels.</summary>
    public static void Backward(
        CpuDevice device,
        TensorView logits,
        TensorView target,
        ArrayView<float> pixelWeights,
        ArrayView<float> factor,
        ArrayView<float> lossGradient,
        TensorView inputGradient)
    {
        ElementJob job = Job(logits, target, pixelWeights, inputGradient.Data.Pointer);
        job.IsGradient = true;
        job.Factor = lossGradient[0] * factor[0];
        device.Threads.Run(job, job.Tickets.Count);
    }

    private static ElementJob Job(TensorView logits, TensorView target, ArrayView<float> pixelWeights, float* result)
    {
        var planes = new ChannelPlanes(logits);
        return new ElementJob
        {
            Logits = planes, Target = new LanePixels(new ChannelPlanes(target)), PixelWeights = pixelWeights.Pointer, Result = result, Tickets = new LaneTickets(planes),
        };
    }

    private struct ElementJob : ICpuJob
    {
        public ChannelPlanes Logits;
        public LanePixels Target;
        public float* PixelWeights;
        public float* Result;
        public LaneTickets Tickets;
        public bool IsGradient;
        public float Factor;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Execute(int ticket, int worker)
        {
            LaneTickets.Place place = Tickets.Find(ticket);
            float* weights = PixelWeights == null ? null : PixelWeights + ((nint)place.Image * Logits.Height * Logits.Width) + place.First;
            nint at = place.Offset;
            for (int pixel = 0; pixel < place.Length; pixel++, at += Logits.Block)
            {
                Vector256<float> x = Vector256.Load(Logits.Data + at);
                Vector256<float> target = Target.Load(place.Image, place.Channel, place.First + pixel);
                Vector256<float> result = IsGradient ? (VectorSigmoid.Of(x) - target) * Factor : Loss(x, target);
                if (weights != null)
                    result *= weights[pixel];
                (result & place.Filled).Store(Result + at);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<float> Loss(Vector256<float> x, Vector256<float> target) =>
            Vector256.Max(x, Vector256<float>.Zero) - (target * x) + VectorExponential.LogarithmOfOnePlus(VectorExponential.OfNonPositive(-Vector256.Abs(x)));
    }
}
