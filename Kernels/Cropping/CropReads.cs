using SegFromScratch.Kernels.Cpu.Gathering;

namespace SegFromScratch.Kernels.Cropping;

/// <summary>Rows or columns of a window: each output reads the pixel so far behind it.</summary>
/// <param name="sources">Rows or columns of the image.</param>
/// <param name="first">The first in the window.</param>
/// <param name="targets">Those in the window.</param>
internal readonly struct CropReads(int sources, int first, int targets) : IGatherReads
{
    /// <inheritdoc/>
    public int Sources => sources;

    /// <inheritdoc/>
    public int Targets => targets;

    /// <inheritdoc/>
    public int Count(int target) => 1;

    /// <inheritdoc/>
    public (int Source, float Weight) Read(int target, int k) => (first + target, 1f);
}
