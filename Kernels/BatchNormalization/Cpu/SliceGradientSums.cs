using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.BatchNormalization.Cpu;

/// <summary>
/// The sums of g and of g * (input - mean) of each channel of each image, a ticket's pixels apart, with g the output gradient, 0 where the fused rectifier gave 0:
/// what the gradients of beta and gamma, of a batch or of groups, are added up from.
/// </summary>
internal readonly unsafe ref struct SliceGradientSums
{
    private readonly Workspace _memory;
    private readonly PlaneTickets _tickets;
    private readonly int _blocks;
    private readonly int _block;

    /// <summary>Walks input and output gradient once.</summary>
    /// <param name="device">The device.</param>
    /// <param name="input">The input, of channel block 8 or 16.</param>
    /// <param name="outputGradient">The output gradient, in the layout of the input.</param>
    /// <param name="parameters">Numbers a channel.</param>
    /// <param name="floor">0 for a fused rectifier, otherwise minus infinity.</param>
    /// <param name="output">The output, where something was added before the rectifier.</param>
    /// <param name="rectified">Written with g where there is an output to read.</param>
    public SliceGradientSums(
        CpuDevice device, in ChannelPlanes input, float* outputGradient, in ChannelParameters parameters, float floor, float* output = null, float* rectified = null)
    {
        _tickets = new PlaneTickets(input);
        _blocks = input.Blocks;
        _block = input.Block;
        _memory = new Workspace(device, (long)_tickets.Count * _block * 2 * sizeof(double) / sizeof(float), "gradient sums of slices");
        device.Threads.Run(
            new GradientSumsJob
            {
                Input = input,
                OutputGradient = outputGradient,
                Output = output,
                Rectified = rectified,
                Tickets = _tickets,
                Parameters = parameters,
                Floor = floor,
                Results = (double*)_memory.Pointer,
            },
            _tickets.Count);
    }

    /// <summary>Both sums of one channel of one image, added slice by slice to what they are; of g * (input - mean) so many times as much.</summary>
    public void AddTo(ref double sum, ref double product, int image, int channel, double times)
    {
        var sums = (double*)_memory.Pointer;
        int tickets = _tickets.PerPlane;
        int first = ((image * _blocks) + (channel / _block)) * tickets;
        for (int ticket = first; ticket < first + tickets; ticket++)
        {
            double* ofTicket = sums + (ticket * 2 * _block) + (channel % _block);
            sum += ofTicket[0];
            product += ofTicket[_block] * times;
        }
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => _memory.Dispose();
}
