using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.CrossEntropy.Cpu;

/// <summary>The loss of each pixel: eight pixels at a time.</summary>
/// <typeparam name="TLoss">What is made of them.</typeparam>
internal unsafe struct PixelLossJob<TLoss> : ICpuJob
    where TLoss : struct, IPixelLoss
{
    /// <summary>What is made of maximum and sum.</summary>
    public TLoss Loss;

    /// <summary>The logits.</summary>
    public ChannelPlanes Logits;

    /// <summary>How the pixels are cut; the planes are images.</summary>
    public PlaneTickets Tickets;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Execute(int ticket, int worker)
    {
        (int image, int first, int length) = Tickets.Find(ticket);
        float* logits = Logits.Data + (image * Logits.Image) + ((nint)first * Logits.Block);
        nint start = ((nint)image * Logits.Height * Logits.Width) + first;
        var classes = new ClassVectors(Logits);
        nint* places = stackalloc nint[classes.Count];
        var softmax = new SoftmaxSums(classes, places);
        float* largest = stackalloc float[IPixelLoss.MostPixels];
        float* logs = stackalloc float[IPixelLoss.MostPixels];

        // So few that their logits are still in the first-level cache when the loss is made of them.
        for (int done = 0; done < length; done += IPixelLoss.MostPixels)
        {
            int count = Math.Min(IPixelLoss.MostPixels, length - done);
            float* pixel = logits + ((nint)done * Logits.Block);
            softmax.Compute(pixel, Logits.Block, count, largest, logs);
            for (int i = 0; i < count; i += 8)
                Vector256.Log(Vector256.Load(logs + i)).Store(logs + i);
            Loss.Finish(new SoftmaxRun
            {
                Place = start + done, Count = count, Logits = pixel, Step = Logits.Block, Classes = classes, Largest = largest, Logarithms = logs,
            });
        }
    }
}
