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
        return new ElementJob { Runs = new TargetRuns(planes, new ChannelPlanes(target), pixelWeights.Pointer), Result = result, Tickets = new LaneTickets(planes) };
    }

    private struct ElementJob : ICpuJob
    {
        public TargetRuns Runs;
        public float* Result;
        public LaneTickets Tickets;
        public bool IsGradient;
        public float Factor;

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
        private static void Losses(int length, float* logits, float* targets, float* weights)
        {
            for (int i = 0; i < length; i += 8)
            {
                Vector256<float> x = Vector256.Load(logits + i);
                Vector256<float> tail = VectorExponential.LogarithmOfOnePlus(VectorExponential.OfNonPositive(-Vector256.Abs(x)));
                Vector256<float> loss = Vector256.Max(x, Vector256<float>.Zero) - (Vector256.Load(targets + i) * x) + tail;
                (loss * Vector256.Load(weights + i)).Store(logits + i);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Gradients(int length, float* logits, float* targets, float* weights)
        {
            Vector256<float> factor = Vector256.Create(Factor);
            for (int i = 0; i < length; i += 8)
            {
                Vector256<float> difference = VectorSigmoid.Of(Vector256.Load(logits + i)) - Vector256.Load(targets + i);
                (difference * factor * Vector256.Load(weights + i)).Store(logits + i);
            }
        }
    }
}
