using SegFromScratch.Engine.Devices.Cpu;

namespace SegFromScratch.Kernels.Cpu;

/// <summary>Writes the zeros of padded channels after a function that does not keep 0.</summary>
internal static unsafe class PaddedChannels
{
    /// <summary>Sets the channels that pad the last block to zero.</summary>
    public static void Clear(CpuDevice device, TensorView tensor)
    {
        var planes = new ChannelPlanes(tensor);
        if (planes.Channels % planes.Block != 0)
            device.Threads.Run(new ClearJob { Planes = planes }, planes.Batch * planes.Height);
    }

    private struct ClearJob : ICpuJob
    {
        public ChannelPlanes Planes;

        public readonly void Execute(int ticket, int worker)
        {
            int filled = Planes.Channels % Planes.Block;
            float* pixel = Planes.Data + (ticket / Planes.Height * Planes.Image) + ((Planes.Blocks - 1) * Planes.Plane) + (ticket % Planes.Height * Planes.Row);
            for (int x = 0; x < Planes.Width; x++, pixel += Planes.Block)
                new Span<float>(pixel + filled, Planes.Block - filled).Clear();
        }
    }
}
