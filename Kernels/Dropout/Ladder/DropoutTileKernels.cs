namespace SegFromScratch.Kernels.Dropout.Ladder;

/// <summary>Rung 3 of dropout, for GPUs: one work-item four neighbouring pixels, which share a counter of <see cref="Philox"/>. Tensors have channel block 1.</summary>
public static class DropoutTileKernels
{
    /// <summary>What <see cref="DropoutKernels.Apply"/> computes, a fourth of the random words.</summary>
    /// <param name="index">Four pixels of a plane; the last of a plane may be fewer.</param>
    /// <param name="input">x, or dL/dy.</param>
    /// <param name="rate">The share that is dropped.</param>
    /// <param name="scale">1 / (1 - rate).</param>
    /// <param name="wholeChannels">Not 0 drops whole channels of an image, 0 single elements.</param>
    /// <param name="keyLow">The lower half of the random key.</param>
    /// <param name="keyHigh">The upper half of the random key.</param>
    /// <param name="aligned">Not 0 where every plane begins at a multiple of 16 bytes.</param>
    /// <param name="output">y, or dL/dx.</param>
    [Kernel]
    public static void FourPixels(Index1D index, TensorView input, float rate, float scale, int wholeChannels, uint keyLow, uint keyHigh, int aligned, TensorView output)
    {
        int pixels = output.Layout.Height * output.Layout.Width;
        int foursAPlane = (pixels + Philox.PixelsEach - 1) / Philox.PixelsEach;
        int plane = index / foursAPlane;
        int four = index - (plane * foursAPlane);
        Philox words = Philox.OfPixels(plane, wholeChannels != 0 ? 0 : four, keyLow, keyHigh);
        if (wholeChannels != 0)
            words = new Philox(words.X, words.X, words.X, words.X);
        int at = (plane * pixels) + (four * Philox.PixelsEach);
        if (aligned != 0)
        {
            Float4 x = Float4.Load(input.Data, at);
            Float4 y = Float4.Create(Drop(x.X, words.X, rate, scale), Drop(x.Y, words.Y, rate, scale), Drop(x.Z, words.Z, rate, scale), Drop(x.W, words.W, rate, scale));
            Float4.Store(output.Data, at, y);
            return;
        }

        int left = pixels - (four * Philox.PixelsEach);
        output.Data[at] = Drop(input.Data[at], words.X, rate, scale);
        if (left > 1)
            output.Data[at + 1] = Drop(input.Data[at + 1], words.Y, rate, scale);
        if (left > 2)
            output.Data[at + 2] = Drop(input.Data[at + 2], words.Z, rate, scale);
        if (left > 3)
            output.Data[at + 3] = Drop(input.Data[at + 3], words.W, rate, scale);
    }

    /// <summary>scale * value where the word's number is at least the rate, otherwise 0.</summary>
    internal static float Drop(float value, uint word, float rate, float scale) => Philox.Fraction(word) >= rate ? scale * value : 0f;
}
