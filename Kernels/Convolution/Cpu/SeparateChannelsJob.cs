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
    private int _merged;

    /// <summary>Copies pixels of a single channel block to a tensor of block 1.</summary>
    /// <param name="device">The device.</param>
    /// <param name="pixels">The pixels.</param>
    /// <param name="merged">How many columns of the tensor each of them holds, the channels of one after those of another.</param>
    /// <param name="target">The tensor.</param>
    public static void Run(CpuDevice device, ChannelPlanes pixels, int merged, TensorView target) =>
        device.Threads.Run(
            new SeparateChannelsJob { _planes = new ChannelPlanes(target), _pixels = pixels, _merged = merged }, target.Layout.Batch * target.Layout.Height);

    /// <inheritdoc/>
    public readonly void Execute(int ticket, int worker)
    {
        int image = ticket / _planes.Height;
        int y = ticket % _planes.Height;
        float* pixels = _pixels.Data + (image * _pixels.Image) + (y * _pixels.Row);
        float* rows = _planes.Data + (image * _planes.Image) + (y * _planes.Row);
        for (int c = 0; c < _planes.Channels; c++)
        {
            for (int column = 0; column < _merged; column++)
            {
                Copy(
                    pixels + (column * _planes.Channels) + c,
                    _pixels.Block,
                    rows + (c * _planes.Plane) + column,
                    _merged,
                    (_planes.Width - column + _merged - 1) / _merged);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Copy(float* from, nint step, float* to, nint toStep, int count)
    {
        for (; count >= 4; count -= 4, from += 4 * step, to += 4 * toStep)
        {
            float a = from[0], b = from[step], c = from[2 * step], d = from[3 * step];
            (to[0], to[toStep], to[2 * toStep], to[3 * toStep]) = (a, b, c, d);
        }

        for (; count > 0; count--, from += step, to += toStep)
            *to = *from;
    }
}
