namespace SegFromScratch.Training.Inspection;

/// <summary>Scores of answers that are the same for every image.</summary>
internal static class Baselines
{
    /// <summary>
    /// For masks that may overlap: no mask anywhere. Its Dice by the contest's rule, the mean over images and classes with 1 where both masks are
    /// empty, is the share of empty masks.
    /// </summary>
    public static IReadOnlyList<Baseline> OfLayers(SampleStatistics total)
    {
        long masks = (long)total.Images * total.ClassImages.Length;
        return total.Images == 0 ? [] : [new Baseline("nothing anywhere", "mean Dice over images and classes", 1 - (total.ClassImages.Sum(images => (double)images) / masks))];
    }

    /// <summary>
    /// For class maps: class 0 everywhere, and the most frequent class everywhere. With s the class's share of the pixels that count, the accuracy
    /// is s, its IoU is s too, and every other class that occurs has IoU 0.
    /// </summary>
    public static IReadOnlyList<Baseline> OfClassMaps(SampleStatistics total, IReadOnlyList<string> names)
    {
        long counted = total.ClassPixels.Sum();
        if (counted == 0)
            return [];
        int best = Array.IndexOf(total.ClassPixels, total.ClassPixels.Max());
        return [.. new[] { 0, best }.Distinct().SelectMany(Of)];

        IEnumerable<Baseline> Of(int constant)
        {
            string answer = $"{names[constant]} everywhere";
            double share = total.ClassPixels[constant] / (double)counted;
            int classes = total.ClassPixels.Where((pixels, index) => pixels > 0 || index == constant).Count();
            yield return new Baseline(answer, "pixel accuracy", share);
            yield return new Baseline(answer, "mean IoU", share / classes);
        }
    }
}
