using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.BatchNormalization.Cpu;

/// <summary>The moments of each channel of each image, a ticket's pixels apart: what the statistics of a batch, or of a group of channels, are joined from.</summary>
internal readonly unsafe ref struct SliceMoments
{
    private readonly Workspace _memory;
    private readonly PlaneTickets _tickets;
    private readonly int _blocks;
    private readonly int _block;

    /// <summary>Walks the input once. Its channel block is 8 or 16.</summary>
    public SliceMoments(CpuDevice device, in ChannelPlanes input)
    {
        _tickets = new PlaneTickets(input);
        _blocks = input.Blocks;
        _block = input.Block;
        _memory = new Workspace(device, (long)_tickets.Count * _block * sizeof(Moments) / sizeof(float), "moments of slices");
        device.Threads.Run(new StatisticsJob { Input = input, Tickets = _tickets, Results = (Moments*)_memory.Pointer }, _tickets.Count);
    }

    /// <summary>The total with the moments of one channel of one image, joined slice by slice.</summary>
    public Moments Join(Moments total, int image, int channel)
    {
        var moments = (Moments*)_memory.Pointer;
        int tickets = _tickets.PerPlane;
        int first = ((image * _blocks) + (channel / _block)) * tickets;
        for (int ticket = first; ticket < first + tickets; ticket++)
            total = total.Join(moments[(ticket * _block) + (channel % _block)]);
        return total;
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => _memory.Dispose();
}
