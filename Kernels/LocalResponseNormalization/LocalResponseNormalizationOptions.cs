namespace SegFromScratch.Kernels.LocalResponseNormalization;

/// <summary>The options of <see cref="LocalResponseNormalization"/>, with PyTorch's defaults. Numbers only: kernels take them as they are.</summary>
/// <param name="Size">The channels of a window: Size / 2 before a channel, itself, and the rest after it.</param>
/// <param name="Alpha">How much the mean square counts. Krizhevsky's and Caffe's formulas differ: the former has Alpha / Size here.</param>
/// <param name="Beta">The exponent.</param>
/// <param name="K">Added to the mean square, above 0.</param>
public readonly record struct LocalResponseNormalizationOptions(int Size, float Alpha = 1e-4f, float Beta = 0.75f, float K = 1f)
{
    /// <summary>Channels of the window before its own.</summary>
    public int Before => Size / 2;

    /// <summary>Channels of the window after its own.</summary>
    public int After => (Size - 1) / 2;
}
