using SegFromScratch.Kernels.Cpu.Gathering;

namespace SegFromScratch.Kernels.Padding;

/// <summary>The one pixel, or none, that each output reads along one axis. Backward, each pixel adds up what it gave.</summary>
internal readonly struct PaddingReads(PaddingAxis axis) : IGatherReads
{
    /// <inheritdoc/>
    public int Sources => axis.Input;

    /// <inheritdoc/>
    public int Targets => axis.Output;

    /// <inheritdoc/>
    public int Count(int target) => axis.Source(target) >= 0 ? 1 : 0;

    /// <inheritdoc/>
    public (int Source, float Weight) Read(int target, int k) => (axis.Source(target), 1f);
}
