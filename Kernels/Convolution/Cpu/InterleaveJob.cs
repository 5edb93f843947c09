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
        int step = _pixels.Block;
        for (int c = 0; c < _planes.Channels; c++)
        {
            float* pixel = _pixels.Data + (image * _pixels.Image) + (y * _pixels.Row) + c;
            float* plane = _planes.Data + (image * _planes.Image) + (c * _planes.Plane) + (y * _planes.Row);
            if (_back)
            {
                for (int x = 0; x < _planes.Width; x++)
                    plane[x] = pixel[x * step];
            }
            else
            {
                for (int x = 0; x < _planes.Width; x++)
                    pixel[x * step] = plane[x];
            }
        }
    }
}
