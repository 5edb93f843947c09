using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.CrossEntropy.Cpu;

/// <summary>The loss of each pixel: maximum and sum of exponentials over the classes of one pixel at a time, logarithms of eight pixels at a time.</summary>
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
        float* largest = stackalloc float[8];
        float* sums = stackalloc float[8];
        float* logs = stackalloc float[8];
        for (int eight = 0; eight < length; eight += 8)
        {
            int count = Math.Min(8, length - eight);
            float* pixel = logits + ((nint)eight * Logits.Block);
            for (int i = 0; i < count; i++)
                (largest[i], sums[i]) = classes.Exponentials(pixel + (i * Logits.Block));
            Vector256.Log(Vector256.Load(sums)).Store(logs);
            for (int i = 0; i < count; i++)
                Loss.Finish(start + eight + i, pixel + (i * Logits.Block), classes, largest[i], logs[i]);
        }
    }
}
