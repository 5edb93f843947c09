using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;
using SegFromScratch.Kernels.LovaszSoftmax.Cpu;

namespace SegFromScratch.Kernels.LovaszSoftmax;

/// <summary>The Lovász softmax on the <c>cpu</c> device, one class a thread: a sort by digits instead of a network of comparisons, and slopes in the layout of the probabilities.</summary>
internal static unsafe class LovaszSoftmaxCpu
{
    /// <summary>Losses and numbers of pixels of the classes, and the slopes.</summary>
    /// <param name="device">Where it runs.</param>
    /// <param name="probabilities">p, N,C,H,W in any layout.</param>
    /// <param name="target">The class of each pixel.</param>
    /// <param name="ignoreIndex">The class of pixels that do not count.</param>
    /// <param name="slopes">Written in the layout of p, padded channels too.</param>
    /// <param name="losses">Written, one a class.</param>
    /// <param name="totals">Written, one a class.</param>
    public static void Forward(
        CpuDevice device, TensorView probabilities, ArrayView<int> target, int ignoreIndex, ArrayView<float> slopes, ArrayView<float> losses, ArrayView<int> totals)
    {
        var planes = new ChannelPlanes(probabilities);
        long bytes = (long)ErrorSort.BytesAPixel * target.Length;
        using Workspace memory = new(device, device.Threads.Threads * bytes / sizeof(float), "errors to sort");
        PaddedChannels.Clear(device, new TensorView(slopes, probabilities.Layout));
        device.Threads.Run(
            new ClassSlopesJob
            {
                Probabilities = planes,
                Target = target.Pointer,
                IgnoreIndex = ignoreIndex,
                Memory = (byte*)memory.Pointer,
                SortBytes = (nint)bytes,
                Slopes = slopes.Pointer,
                Losses = losses.Pointer,
                Totals = totals.Pointer,
            },
            planes.Channels);
    }

    /// <summary>Sorts the items of all classes, largest error first and of equal errors the earlier pixel.</summary>
    /// <param name="device">Where it runs.</param>
    /// <param name="order">The sizes.</param>
    /// <param name="errors">What they are ordered by; behind the last pixel below all others.</param>
    /// <param name="pixels">What moves along: at first the pixels in order.</param>
    public static void Sort(CpuDevice device, ErrorOrder order, ArrayView<float> errors, ArrayView<int> pixels)
    {
        long bytes = (long)ErrorSort.BytesAPixel * order.Pixels;
        using Workspace memory = new(device, device.Threads.Threads * bytes / sizeof(float), "errors to sort");
        device.Threads.Run(
            new SortJob { Order = order, Errors = errors.Pointer, Pixels = pixels.Pointer, Memory = (byte*)memory.Pointer, SortBytes = (nint)bytes }, order.Classes);
    }

    /// <summary>inputGradient = lossGradient * factor * slopes.</summary>
    public static void Backward(CpuDevice device, ArrayView<float> slopes, ArrayView<float> factor, ArrayView<float> lossGradient, ArrayView<float> inputGradient) =>
        Map.Run(device, new VectorScale(lossGradient[0] * factor[0]), slopes, inputGradient);
}
