using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;
using SegFromScratch.Kernels.CrossEntropy.Cpu;

namespace SegFromScratch.Kernels.CrossEntropy;

/// <summary>Softmax cross entropy on the <c>cpu</c> device, for logits of channel block 8 or 16. Formulas and arguments: <see cref="CrossEntropyKernels"/>.</summary>
internal static unsafe class CrossEntropyCpu
{
    /// <summary>Whether these kernels can work on logits of a layout.</summary>
    public static bool Supports(TensorLayout logits) => logits.ChannelBlock is 8 or 16;

    /// <summary>The loss, the weight and the log of the sum of exponentials of each pixel.</summary>
    public static void Forward(
        CpuDevice device,
        TensorView logits,
        ArrayView<int> target,
        ArrayView<float> classWeights,
        int ignoreIndex,
        float smoothing,
        ArrayView<float> logSumExponentials,
        ArrayView<float> losses,
        ArrayView<float> weights)
    {
        var planes = new ChannelPlanes(logits);
        using Workspace padded = new(device, planes.Blocks * planes.Block, "class weights");
        var tickets = new PlaneTickets(planes.Batch, planes.Height * planes.Width, 2048);
        device.Threads.Run(
            new PixelLossJob<ClassCrossEntropy>
            {
                Loss = new ClassCrossEntropy
                {
                    Targets = Targets(planes, target, classWeights, ignoreIndex, smoothing, padded.Pointer),
                    LogSumExponentials = logSumExponentials.Pointer,
                    Losses = losses.Pointer,
                    PixelWeights = weights.Pointer,
                },
                Logits = planes,
                Tickets = tickets,
            },
            tickets.Count);
    }

    /// <summary>The gradient of the logits; 0 in padded channels and where a pixel does not count.</summary>
    public static void Backward(
        CpuDevice device,
        TensorView logits,
        ArrayView<int> target,
        ArrayView<float> classWeights,
        int ignoreIndex,
        float smoothing,
        ArrayView<float> logSumExponentials,
        ArrayView<float> factor,
        ArrayView<float> lossGradient,
        TensorView inputGradient)
    {
        var planes = new ChannelPlanes(logits);
        using Workspace padded = new(device, planes.Blocks * planes.Block, "class weights");
        var tickets = new LaneTickets(planes);
        device.Threads.Run(
            new LogitGradientJob
            {
                Logits = planes,
                Targets = Targets(planes, target, classWeights, ignoreIndex, smoothing, padded.Pointer),
                LogSumExponentials = logSumExponentials.Pointer,
                Factor = lossGradient[0] * factor[0],
                Gradient = inputGradient.Data.Pointer,
                Tickets = tickets,
            },
            tickets.Count);
    }

    private static ClassTargets Targets(
        in ChannelPlanes planes, ArrayView<int> target, ArrayView<float> classWeights, int ignoreIndex, float smoothing, float* padded)
    {
        ChannelVectors.Pad(classWeights, 1, planes.Channels, padded, planes.Blocks * planes.Block);
        float sum = 0;
        for (int c = 0; c < planes.Channels; c++)
            sum += padded[c];
        return new ClassTargets
        {
            Target = target.Pointer, Weights = padded, WeightSum = sum, Classes = planes.Channels, IgnoreIndex = ignoreIndex, Smoothing = smoothing,
        };
    }
}
