namespace SegFromScratch.Kernels.Dropout.Ladder;

/// <summary>
/// Rung 4 of dropout, for devices that are processors: one work-item walks some thousand pixels of a plane, four a turn. The turns do not depend on each other and have no branches,
/// so that the device's compiler makes vectors of them: the rounds of <see cref="Philox"/> for several counters at once. Tensors have channel block 1.
/// </summary>
public static class DropoutVectorKernels
{
    /// <summary>Pixels a work-item.</summary>
    public const int Pixels = 4096;

    /// <summary>What <see cref="DropoutKernels.Apply"/> computes for single elements. Launched over blocks of pixels, channels, and images.</summary>
    [Kernel(GroupSize = 1)]
    public static void Elements(TensorView input, float rate, float scale, uint keyLow, uint keyHigh, TensorView output)
    {
        int plane = (Grid.IdxZ * input.Layout.Channels) + Grid.IdxY;
        int pixels = input.Layout.Height * input.Layout.Width;
        int first = Grid.IdxX * Pixels;
        int end = Math.Min(pixels, first + Pixels);
        int start = plane * pixels;
        for (int four = first / Philox.PixelsEach; four < end / Philox.PixelsEach; four++)
        {
            // As Philox.OfPixels, which PoCL's compiler takes for too long to be inlined: a call would keep the turns scalar.
            var words = new Philox((uint)plane, (uint)four, 0u, 0u);
            uint low = keyLow;
            uint high = keyHigh;
            for (int round = 0; round < Philox.Rounds; round++)
            {
                words = words.Round(low, high);
                low += Philox.KeyStepLow;
                high += Philox.KeyStepHigh;
            }

            int at = start + (four * Philox.PixelsEach);
            output.Data[at] = DropoutTileKernels.Drop(input.Data[at], words.X, rate, scale);
            output.Data[at + 1] = DropoutTileKernels.Drop(input.Data[at + 1], words.Y, rate, scale);
            output.Data[at + 2] = DropoutTileKernels.Drop(input.Data[at + 2], words.Z, rate, scale);
            output.Data[at + 3] = DropoutTileKernels.Drop(input.Data[at + 3], words.W, rate, scale);
        }

        for (int pixel = end / Philox.PixelsEach * Philox.PixelsEach; pixel < end; pixel++)
            output.Data[start + pixel] = Philox.Uniform(plane, pixel, keyLow, keyHigh) >= rate ? scale * input.Data[start + pixel] : 0f;
    }

    /// <summary>What <see cref="DropoutKernels.Apply"/> computes for whole channels. Launched over blocks of pixels, channels, and images.</summary>
    [Kernel(GroupSize = 1)]
    public static void Channels(TensorView input, float rate, float scale, uint keyLow, uint keyHigh, TensorView output)
    {
        int plane = (Grid.IdxZ * input.Layout.Channels) + Grid.IdxY;
        int pixels = input.Layout.Height * input.Layout.Width;
        int start = (plane * pixels) + (Grid.IdxX * Pixels);
        int end = start + Math.Min(Pixels, pixels - (Grid.IdxX * Pixels));
        bool stays = Philox.Uniform(plane, 0, keyLow, keyHigh) >= rate;
        for (int at = start; at < end; at++)
            output.Data[at] = stays ? scale * input.Data[at] : 0f;
    }
}
