using SegFromScratch.Kernels.Cpu.Gathering;

namespace SegFromScratch.Kernels.AdaptiveAveragePooling;

/// <summary>The pixels of a window along one axis, each by its share: the mean of rows first, then of columns, keeps the sums short. Backward, each pixel adds up what it gave.</summary>
internal readonly struct AdaptiveWindowReads(AdaptiveAxis axis) : IGatherReads
{
    /// <inheritdoc/>
    public int Sources => axis.Input;

    /// <inheritdoc/>
    public int Targets => axis.Output;

    /// <inheritdoc/>
    public int Count(int target) => axis.End(target) - axis.Start(target);

    /// <inheritdoc/>
    public (int Source, float Weight) Read(int target, int k) => (axis.Start(target) + k, 1f / Count(target));
}
