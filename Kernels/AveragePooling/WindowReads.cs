using SegFromScratch.Kernels.Cpu.Gathering;

namespace SegFromScratch.Kernels.AveragePooling;

/// <summary>The pixels of a window along one axis, each by one part of those that are counted. Backward, each pixel adds up what it gave.</summary>
internal readonly struct WindowReads(AveragePoolingAxis axis) : IGatherReads
{
    /// <inheritdoc/>
    public int Sources => axis.Input;

    /// <inheritdoc/>
    public int Targets => axis.Output;

    /// <inheritdoc/>
    public int Count(int target) => axis.End(target) - axis.Start(target);

    /// <inheritdoc/>
    public (int Source, float Weight) Read(int target, int k) => (axis.Start(target) + k, 1f / axis.Count(target));
}
