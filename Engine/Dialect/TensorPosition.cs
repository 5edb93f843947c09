namespace SegFromScratch.Engine.Dialect;

/// <summary>One element's coordinates in a tensor.</summary>
/// <param name="N">The image in the batch.</param>
/// <param name="C">The channel; C or more for elements that only pad the last channel block.</param>
/// <param name="Y">The row.</param>
/// <param name="X">The column.</param>
public readonly record struct TensorPosition(int N, int C, int Y, int X);
