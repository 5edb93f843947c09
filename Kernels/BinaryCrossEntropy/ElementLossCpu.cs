using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.BinaryCrossEntropy.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.BinaryCrossEntropy;

/// <summary>Losses of each logit by itself on the <c>cpu</c> device, for logits of channel block 8 or 16; targets may lie in any layout.</summary>
internal static unsafe class ElementLossCpu
{
    /// <summary>Whether these kernels can work on logits of a layout.</summary>
    public static bool Supports(TensorLayout logits) => logits.ChannelBlock is 8 or 16;

    /// <summary>losses = v * loss(x, t), in the layout of the logits; 0 in padded channels.</summary>
    public static void Forward<TLoss>(CpuDevice device, TLoss loss, TensorView logits, TensorView target, ArrayView<float> pixelWeights, ArrayView<float> losses)
        where TLoss : struct, IElementLoss
    {
        ElementLossJob<TLoss> job = Job(loss, logits, target, pixelWeights, losses.Pointer);
        device.Threads.Run(job, job.Tickets.Count);
    }

    /// <summary>inputGradient = lossGradient * factor * v * the derivative of loss(x, t) by x; 0 in padded channels.</summary>
    public static void Backward<TLoss>(
        CpuDevice device,
        TLoss loss,
        TensorView logits,
        TensorView target,
        ArrayView<float> pixelWeights,
        ArrayView<float> factor,
        ArrayView<float> lossGradient,
        TensorView inputGradient)
        where TLoss : struct, IElementLoss
    {
        ElementLossJob<TLoss> job = Job(loss, logits, target, pixelWeights, inputGradient.Data.Pointer);
        job.IsGradient = true;
        job.Factor = lossGradient[0] * factor[0];
        device.Threads.Run(job, job.Tickets.Count);
    }

    private static ElementLossJob<TLoss> Job<TLoss>(TLoss loss, TensorView logits, TensorView target, ArrayView<float> pixelWeights, float* result)
        where TLoss : struct, IElementLoss
    {
        var planes = new ChannelPlanes(logits);
        return new ElementLossJob<TLoss>
        {
            Loss = loss,
            Runs = new TargetRuns(planes, new ChannelPlanes(target), pixelWeights.Pointer),
            Result = result,
            Tickets = new LaneTickets(planes),
        };
    }
}
