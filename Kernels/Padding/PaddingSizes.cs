namespace SegFromScratch.Kernels.Padding;

/// <summary>How much is added on each side of an image. PyTorch lists the same as <c>pad=(left, right, top, bottom)</c>.</summary>
/// <param name="Top">Rows above.</param>
/// <param name="Bottom">Rows below.</param>
/// <param name="Left">Columns to the left.</param>
/// <param name="Right">Columns to the right.</param>
public readonly record struct PaddingSizes(int Top, int Bottom, int Left, int Right);
