namespace SegFromScratch.Engine.Devices.Cpu;

/// <summary>Work that is cut into tickets. Any thread may take any ticket, so what a ticket computes must not depend on the thread.</summary>
public interface ICpuJob
{
    /// <summary>Does one ticket.</summary>
    /// <param name="ticket">0 up to the number of tickets, exclusive.</param>
    /// <param name="worker">0 up to <see cref="CpuPool.Threads"/>, exclusive: which scratch memory may be used.</param>
    void Execute(int ticket, int worker);
}
