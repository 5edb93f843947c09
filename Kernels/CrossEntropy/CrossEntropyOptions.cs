using SegFromScratch.Kernels.Reduction;

namespace SegFromScratch.Kernels.CrossEntropy;

/// <summary>The options of <see cref="CrossEntropy"/>, with PyTorch's defaults.</summary>
public sealed record CrossEntropyOptions
{
    /// <summary>The class of pixels that do not count: void, border. Other classes outside 0 up to C are treated the same.</summary>
    public int IgnoreIndex { get; init; } = -100;

    /// <summary>Mean weighted by class, or sum.</summary>
    public LossReduction Reduction { get; init; }

    /// <summary>The share s of the target that is spread evenly over all classes, from 0 to 1. Szegedy et al., CVPR 2016.</summary>
    public float LabelSmoothing { get; init; }
}
