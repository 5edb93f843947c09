using System.Runtime.CompilerServices;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu;

/// <summary>
/// Copies between an NCHW image and one whose channels lie side by side in one block, one row a ticket:
/// a plain image has few channels, and the micro-kernels want them together.
/// </summary>
internal unsafe struct InterleaveJob : ICpuJob
{
    private ChannelPlanes _planes;
    private ChannelPlanes _pixels;
    private bool _back;

    /// <summary>Copies a tensor of block 1 to NHWC and returns the copy.</summary>
    public static ChannelPlanes Run(CpuDevice device, TensorView source, float* target)
    {
        TensorLayout layout = source.Layout;
        ChannelPlanes copy = new(target, layout with { ChannelBlock = layout.Channels });
        device.Threads.Run(new InterleaveJob { _planes = new ChannelPlanes(source), _pixels = copy }, layout.Batch * layout.Height);
        return copy;
    }

    /// <summary>Copies pixels of a single channel block to a tensor of block 1.</summary>
    public static void RunBack(CpuDevice device, ChannelPlanes pixels, TensorView target) =>
        device.Threads.Run(
            new InterleaveJob { _planes = new ChannelPlanes(target), _pixels = pixels, _back = true }, target.Layout.Batch * target.Layout.Height);

    /// <inheritdoc/>
    public readonly void Execute(int ticket, int worker)
    {
        int image = ticket / _planes.Height;
        int y = ticket % _planes.Height;
        float* pixels = _pixels.Data + (image * _pixels.Image) + (y * _pixels.Row);
        float* rows = _planes.Data + (image * _planes.Image) + (y * _planes.Row);
        for (int c = 0; c < _planes.Channels; c++)
        {
            if (_back)
                Copy(pixels + c, _pixels.Block, rows + (c * _planes.Plane), 1, _planes.Width);
            else
                Copy(rows + (c * _planes.Plane), 1, pixels + c, _pixels.Block, _planes.Width);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Copy(float* from, nint step, float* to, nint toStep, int count)
    {
        for (; count >= 4; count -= 4, from += 4 * step, to += 4 * toStep)
        {
            float a = from[0], b = from[step], c = from[2 * step], d = from[3 * step];
            to[0] = a;
            to[toStep] = b;
            to[2 * toStep] = c;
            to[3 * toStep] = d;
        }

        for (; count > 0; count--, from += step, to += toStep)
            *to = *from;
    }
}
