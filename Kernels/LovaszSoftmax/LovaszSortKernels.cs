using SegFromScratch.Kernels.Reduction;

namespace SegFromScratch.Kernels.LovaszSoftmax;

/// <summary>
/// A bitonic sort of all classes at once: largest error first, of equal errors the earlier pixel first. No two items are equal, so the order is one and the same on every device.
/// Each launch compares pairs of places a fixed distance apart; every place belongs to one pair, and so to one thread.
/// </summary>
public static class LovaszSortKernels
{
    /// <summary>errors = |[t = c] - p_c|, or -1 for pixels that do not count and for places behind the last pixel; pixels = the place in the class. One thread a place of a class.</summary>
    [Kernel]
    public static void Items(Index1D index, ErrorOrder order, TensorView probabilities, ArrayView<int> target, int ignoreIndex, ArrayView<float> errors, ArrayView<int> pixels)
    {
        int c = index / order.Length;
        int pixel = index - (c * order.Length);
        pixels[index] = pixel;
        errors[index] = -1f;
        if (pixel >= order.Pixels)
            return;
        int label = target[pixel];
        if (label == ignoreIndex || label < 0 || label >= order.Classes)
            return;
        int pixelsAnImage = probabilities.Layout.Height * probabilities.Layout.Width;
        int n = pixel / pixelsAnImage;
        float p = probabilities.Data[PixelSlices.Offset(probabilities.Layout, n, c, pixel - (n * pixelsAnImage))];
        errors[index] = label == c ? 1f - p : p;
    }

    /// <summary>Puts one pair of places in order, one thread a pair of a class.</summary>
    /// <param name="index">The pair, class by class.</param>
    /// <param name="order">The sizes.</param>
    /// <param name="run">The places that are in order after this round of launches; every other run is put in order backwards, until one run is left.</param>
    /// <param name="distance">From the first place of a pair to the second.</param>
    /// <param name="errors">What the items are ordered by.</param>
    /// <param name="pixels">What moves along, and decides between equals.</param>
    [Kernel]
    public static void Exchange(Index1D index, ErrorOrder order, int run, int distance, ArrayView<float> errors, ArrayView<int> pixels)
    {
        int first = ((index / distance) * 2 * distance) + (index % distance);
        int second = first + distance;
        float firstError = errors[first];
        float secondError = errors[second];
        int firstPixel = pixels[first];
        int secondPixel = pixels[second];
        bool forwards = ((first % order.Length) & run) == 0;
        bool secondLeads = secondError > firstError || (secondError == firstError && secondPixel < firstPixel);
        if (secondLeads != forwards)
            return;
        errors[first] = secondError;
        errors[second] = firstError;
        pixels[first] = secondPixel;
        pixels[second] = firstPixel;
    }
}
