using System.Runtime.CompilerServices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu;

/// <summary>
/// Copies an image whose channels lie side by side in one block to an NCHW image, one row a ticket:
/// the gradient of a plain image is computed with its channels together.
/// </summary>
internal unsafe struct SeparateChannelsJob : ICpuJob
{
    private ChannelPlanes _planes;
    private ChannelPlanes _pixels;

    /// <summary>Copies pixels of a single channel block to a tensor of block 1.</summary>
    public static void Run(CpuDevice device, ChannelPlanes pixels, TensorView target) =>
        device.Threads.Run(
            new SeparateChannelsJob { _planes = new ChannelPlanes(target), _pixels = pixels }, target.Layout.Batch * target.Layout.Height);

    /// <inheritdoc/>
    public readonly void Execute(int ticket, int worker)
    {
        int image = ticket / _planes.Height;
        int y = ticket % _planes.Height;
        float* pixels = _pixels.Data + (image * _pixels.Image) + (y * _pixels.Row);
        float* rows = _planes.Data + (image * _planes.Image) + (y * _planes.Row);
        for (int c = 0; c < _planes.Channels; c++)
            Copy(pixels + c, _pixels.Block, rows + (c * _planes.Plane), _planes.Width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Copy(float* from, nint step, float* to, int count)
    {
        int i = 0;
        for (; i + 4 <= count; i += 4, from += 4 * step)
        {
            float a = from[0], b = from[step], c = from[2 * step], d = from[3 * step];
            (to[i], to[i + 1], to[i + 2], to[i + 3]) = (a, b, c, d);
        }

        for (; i < count; i++, from += step)
            to[i] = *from;
    }
}
