using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu.Image;

/// <summary>A tensor as a pass writes it: itself, or where it is an NCHW image, scratch memory with the channels of a pixel side by side, which are separated afterwards.</summary>
internal readonly unsafe ref struct BlockedImage
{
    private readonly CpuDevice _device;
    private readonly TensorView _tensor;
    private readonly Workspace _pixels;
    private readonly int _merged;

    /// <summary>Rents the scratch memory, where it is needed.</summary>
    /// <param name="device">The device.</param>
    /// <param name="tensor">The tensor.</param>
    /// <param name="merged">Of an NCHW image, how many columns count as one pixel of as many times the channels: <see cref="MergedColumns"/>.</param>
    public BlockedImage(CpuDevice device, TensorView tensor, int merged = 1)
    {
        (_device, _tensor, _merged) = (device, tensor, merged);
        if (tensor.Layout.ChannelBlock != 1)
        {
            Planes = new ChannelPlanes(tensor);
            return;
        }

        int channels = merged * tensor.Layout.Channels;
        TensorLayout blocked = tensor.Layout with
        {
            Channels = channels,
            Width = (tensor.Layout.Width + merged - 1) / merged,
            ChannelBlock = device.ChannelBlock(channels),
        };
        _pixels = new Workspace(device, blocked.Length, "image gradient with its channels side by side");
        Planes = new ChannelPlanes(_pixels.Pointer, blocked);
    }

    /// <summary>What is written.</summary>
    public ChannelPlanes Planes { get; }

    /// <summary>Brings what was written to the tensor.</summary>
    public void Separate()
    {
        if (_tensor.Layout.ChannelBlock == 1)
            SeparateChannelsJob.Run(_device, Planes, _merged, _tensor);
    }

    /// <summary>Gives the scratch memory back.</summary>
    public void Dispose()
    {
        if (_tensor.Layout.ChannelBlock == 1)
            _pixels.Dispose();
    }
}
