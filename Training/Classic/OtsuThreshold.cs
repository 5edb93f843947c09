namespace SegFromScratch.Training.Classic;

/// <summary>
/// Divides a picture into dark and bright at the brightness that sets the two apart best: N. Otsu, "A Threshold Selection Method from Gray-Level Histograms",
/// IEEE Transactions on Systems, Man, and Cybernetics 9(1), 1979.
/// </summary>
public static class OtsuThreshold
{
    private const int Levels = 256;

    /// <summary>
    /// The brightness t, 0 to 254, for which the variance between the pixels up to t and those above, w0 w1 (m0 - m1)^2 with shares w and means m, is greatest;
    /// the lowest of several. 0 for a picture of one brightness.
    /// </summary>
    public static int Find(GrayImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        var histogram = new long[Levels];
        foreach (float value in image.Values)
            histogram[Level(value)]++;
        long total = image.Values.Length, sum = histogram.Select((count, level) => count * level).Sum();
        long darkCount = 0, darkSum = 0;
        (double greatest, int best) = (0, 0);
        for (int level = 0; level < Levels - 1; level++)
        {
            darkCount += histogram[level];
            darkSum += histogram[level] * level;
            long brightCount = total - darkCount;
            if (darkCount == 0 || brightCount == 0)
                continue;
            double difference = (darkSum / (double)darkCount) - ((sum - darkSum) / (double)brightCount);
            double variance = (double)darkCount * brightCount * difference * difference;
            if (variance > greatest)
                (greatest, best) = (variance, level);
        }

        return best;
    }

    /// <summary>255 where a pixel is above the threshold, 0 elsewhere.</summary>
    public static GrayImage Apply(GrayImage image)
    {
        int threshold = Find(image);
        return image with { Values = Array.ConvertAll(image.Values, value => Level(value) > threshold ? 255f : 0f) };
    }

    private static int Level(float value) => Math.Clamp((int)MathF.Round(value), 0, Levels - 1);
}
