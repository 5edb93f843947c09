namespace SegFromScratch.Kernels.Dropout;

/// <summary>
/// One thread an element of memory. The random number depends on the element's channel and pixel, not on its place in memory:
/// every layout and every device drops the same elements.
/// </summary>
public static class DropoutKernels
{
    /// <summary>
    /// output = scale * input where the element's random number is at least the rate, otherwise 0. The backward pass is the same kernel on gradients.
    /// </summary>
    /// <param name="index">The element in memory.</param>
    /// <param name="input">x, or dL/dy.</param>
    /// <param name="rate">The share that is dropped.</param>
    /// <param name="scale">1 / (1 - rate).</param>
    /// <param name="wholeChannels">Not 0 drops whole channels of an image, 0 single elements.</param>
    /// <param name="keyLow">The lower half of the random key.</param>
    /// <param name="keyHigh">The upper half of the random key.</param>
    /// <param name="output">y, or dL/dx, in the layout of the input.</param>
    [Kernel]
    public static void Apply(Index1D index, TensorView input, float rate, float scale, int wholeChannels, uint keyLow, uint keyHigh, TensorView output)
    {
        TensorPosition at = output.Layout.Position(index);
        if (at.C >= output.Layout.Channels)
        {
            output.Data[index] = 0f;
            return;
        }

        int plane = (at.N * output.Layout.Channels) + at.C;
        int pixel = wholeChannels == 0 ? (at.Y * output.Layout.Width) + at.X : 0;
        output.Data[index] = Philox.Uniform(plane, pixel, keyLow, keyHigh) >= rate ? scale * input.Data[index] : 0f;
    }
}
