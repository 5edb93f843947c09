using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;
using SegFromScratch.Kernels.CrossEntropy.Cpu;
using SegFromScratch.Kernels.FocalLoss.Cpu;

namespace SegFromScratch.Kernels.FocalLoss;

/// <summary>The focal loss of class maps on the <c>cpu</c> device, for logits of channel block 8 or 16. Formulas and arguments: <see cref="FocalLossKernels"/>.</summary>
internal static unsafe class FocalLossCpu
{
    /// <summary>Whether these kernels can work on logits of a layout.</summary>
    public static bool Supports(TensorLayout logits) => logits.ChannelBlock is 8 or 16;

    /// <summary>Loss, slope and log of the sum of exponentials of each pixel, and whether it counts.</summary>
    public static void Forward(
        CpuDevice device,
        TensorView logits,
        ArrayView<int> target,
        int ignoreIndex,
        float alpha,
        ArrayView<float> classAlphas,
        float gamma,
        ArrayView<float> logSumExponentials,
        ArrayView<float> slopes,
        ArrayView<float> losses,
        ArrayView<float> counts)
    {
        var planes = new ChannelPlanes(logits);
        var tickets = new PlaneTickets(planes.Batch, planes.Height * planes.Width, 2048);
        var loss = new ClassFocalLoss
        {
            Target = target.Pointer,
            Classes = planes.Channels,
            IgnoreIndex = ignoreIndex,
            Alpha = alpha,
            ClassAlphas = classAlphas.Pointer,
            Gamma = gamma,
            LogSumExponentials = logSumExponentials.Pointer,
            Slopes = slopes.Pointer,
            Losses = losses.Pointer,
            Counts = counts.Pointer,
        };
        device.Threads.Run(new PixelLossJob<ClassFocalLoss> { Loss = loss, Logits = planes, Tickets = tickets }, tickets.Count);
    }

    /// <summary>The gradient of the logits; 0 in padded channels and where a pixel does not count.</summary>
    public static void Backward(
        CpuDevice device,
        TensorView logits,
        ArrayView<int> target,
        ArrayView<float> logSumExponentials,
        ArrayView<float> slopes,
        ArrayView<float> factor,
        ArrayView<float> lossGradient,
        TensorView inputGradient)
    {
        var planes = new ChannelPlanes(logits);
        var job = new ClassGradientJob
        {
            Logits = planes,
            Target = target.Pointer,
            LogSumExponentials = logSumExponentials.Pointer,
            Slopes = slopes.Pointer,
            Factor = lossGradient[0] * factor[0],
            Gradient = inputGradient.Data.Pointer,
            Tickets = new LaneTickets(planes),
        };
        device.Threads.Run(job, job.Tickets.Count);
    }
}
