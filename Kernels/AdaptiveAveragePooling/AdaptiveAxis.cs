namespace SegFromScratch.Kernels.AdaptiveAveragePooling;

/// <summary>Cuts an axis of pixels into windows as even as whole pixels allow; neighbours may share a pixel where the sizes do not divide.</summary>
/// <param name="Input">n, the pixels.</param>
/// <param name="Output">m, the windows. It may exceed n: pixels then occur in several windows.</param>
public readonly record struct AdaptiveAxis(int Input, int Output)
{
    /// <summary>The same relation seen from the pixels: the windows that cover pixel i are <c>Transposed.Start(i)</c> up to <c>Transposed.End(i)</c>.</summary>
    public AdaptiveAxis Transposed => new(Output, Input);

    /// <summary>The first pixel of a window: floor(i n / m).</summary>
    public int Start(int window) => (int)((long)window * Input / Output);

    /// <summary>The end of a window, exclusive: ceil((i + 1) n / m).</summary>
    public int End(int window) => (int)((((long)(window + 1) * Input) + Output - 1) / Output);
}
