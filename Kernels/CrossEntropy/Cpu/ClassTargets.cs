namespace SegFromScratch.Kernels.CrossEntropy.Cpu;

/// <summary>What a cross entropy compares with: a class a pixel, weights of classes, smoothing. Formulas: <see cref="CrossEntropyKernels"/>.</summary>
internal unsafe struct ClassTargets
{
    /// <summary>The class of each pixel, n, y, x in order.</summary>
    public int* Target;

    /// <summary>w, one a class, padded with zeros.</summary>
    public float* Weights;

    /// <summary>The sum of all w.</summary>
    public float WeightSum;

    /// <summary>C.</summary>
    public int Classes;

    /// <summary>The class of pixels that do not count.</summary>
    public int IgnoreIndex;

    /// <summary>s, the share of the target that all classes have evenly.</summary>
    public float Smoothing;

    /// <summary>Whether a pixel of a class counts.</summary>
    public readonly bool Counts(int label) => label != IgnoreIndex && (uint)label < (uint)Classes;
}
