using SegFromScratch.Engine.Memory;

namespace SegFromScratch.Engine.Devices.Cpu;

/// <summary>
/// The processor, in managed code alone. Operations that cost time have SIMD kernels of their own;
/// every other kernel runs as the C# loops that the translator made of it.
/// </summary>
public sealed class CpuDevice : HostDevice
{
    // Enough work in a ticket to outweigh taking it (0.2 µs), few enough items that threads finish together.
    private const int ItemsPerTicket = 2048;

    /// <summary>Opens the device.</summary>
    /// <param name="threads">Threads that compute; 0 takes as many as the process may use.</param>
    public CpuDevice(int threads = 0) => Threads = new CpuPool(threads > 0 ? threads : Environment.ProcessorCount);

    /// <inheritdoc/>
    public override string Name => "cpu";

    /// <inheritdoc/>
    public override string Description => $"{Threads.Threads} threads, {SimdDescription}, managed code";

    /// <summary>The threads that compute.</summary>
    public CpuPool Threads { get; }

    /// <summary>The widest vectors of the processor, in words.</summary>
    internal static string SimdDescription =>
        System.Runtime.Intrinsics.Vector512.IsHardwareAccelerated ? "AVX-512"
        : System.Runtime.Intrinsics.Vector256.IsHardwareAccelerated ? "256-bit vectors"
        : System.Runtime.Intrinsics.Vector128.IsHardwareAccelerated ? "128-bit vectors" : "no vectors";

    /// <inheritdoc/>
    public override int ChannelBlock(int channels) => channels <= 8 ? 8 : 16;

    /// <summary>Runs an implicitly grouped kernel. Called by generated launchers.</summary>
    public void Run<TLoop>(TLoop loop, int extent)
        where TLoop : struct, IIndexLoop =>
        Threads.Run(new IndexJob<TLoop> { Loop = loop, Extent = extent }, (extent + ItemsPerTicket - 1) / ItemsPerTicket);

    /// <summary>Runs an explicitly grouped kernel, one group a ticket. Called by generated launchers.</summary>
    public void Run<TLoop>(TLoop loop, LaunchSize size)
        where TLoop : struct, IGroupLoop =>
        Threads.Run(new GroupJob<TLoop> { Loop = loop, Size = size }, size.Groups);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Threads.Dispose();
        base.Dispose(disposing);
    }

    private struct IndexJob<TLoop> : ICpuJob
        where TLoop : struct, IIndexLoop
    {
        public TLoop Loop;
        public int Extent;

        public void Execute(int ticket, int worker)
        {
            int start = ticket * ItemsPerTicket;
            Loop.Execute(start, Math.Min(Extent, start + ItemsPerTicket));
        }
    }

    private struct GroupJob<TLoop> : ICpuJob
        where TLoop : struct, IGroupLoop
    {
        public TLoop Loop;
        public LaunchSize Size;

        public void Execute(int ticket, int worker) =>
            Loop.Execute(Size, ticket % Size.GridX, ticket / Size.GridX % Size.GridY, ticket / (Size.GridX * Size.GridY));
    }
}
