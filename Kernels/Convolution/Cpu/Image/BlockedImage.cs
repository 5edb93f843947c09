using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu.Image;

/// <summary>A tensor as a pass writes it: itself, or where it is an NCHW image, scratch memory with the channels of a pixel side by side, which are separated afterwards.</summary>
internal readonly unsafe ref struct BlockedImage
{
    private readonly CpuDevice _device;
    private readonly TensorView _tensor;
    private readonly Workspace _pixels;

    /// <summary>Rents the scratch memory, where it is needed.</summary>
    public BlockedImage(CpuDevice device, TensorView tensor)
    {
        (_device, _tensor) = (device, tensor);
        if (tensor.Layout.ChannelBlock != 1)
        {
            Planes = new ChannelPlanes(tensor);
            return;
        }

        TensorLayout blocked = tensor.Layout with { ChannelBlock = device.ChannelBlock(tensor.Layout.Channels) };
        _pixels = new Workspace(device, blocked.Length, "image gradient with its channels side by side");
        Planes = new ChannelPlanes(_pixels.Pointer, blocked);
    }

    /// <summary>What is written.</summary>
    public ChannelPlanes Planes { get; }

    /// <summary>Brings what was written to the tensor.</summary>
    public void Separate()
    {
        if (_tensor.Layout.ChannelBlock == 1)
            SeparateChannelsJob.Run(_device, Planes, _tensor);
    }

    /// <summary>Gives the scratch memory back.</summary>
    public void Dispose()
    {
        if (_tensor.Layout.ChannelBlock == 1)
            _pixels.Dispose();
    }
}
