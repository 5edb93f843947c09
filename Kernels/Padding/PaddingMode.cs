namespace SegFromScratch.Kernels.Padding;

/// <summary>What lies outside an image. The letters show a row a b c d padded by two.</summary>
public enum PaddingMode
{
    /// <summary>One value: v v a b c d v v. PyTorch: <c>constant</c>.</summary>
    Constant,

    /// <summary>The image mirrored at its edge pixels, which are not repeated: c b a b c d c b. PyTorch: <c>reflect</c>.</summary>
    Reflect,

    /// <summary>The edge pixels repeated: a a a b c d d d. PyTorch: <c>replicate</c>.</summary>
    Replicate,
}
