namespace SegFromScratch.Training.Metrics;

/// <summary>
/// Finds, class by class, the threshold and the least mask for which Kaggle's Dice is greatest. Keeps counts only: for each image and class the true pixels and, for every threshold,
/// the predicted ones and the hits.
/// </summary>
public sealed class ThresholdSearch
{
    private readonly List<Counts>[] _classes;

    /// <summary>No image yet.</summary>
    /// <param name="classCount">Classes, at least 1.</param>
    public ThresholdSearch(int classCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classCount, 1);
        _classes = [.. Enumerable.Range(0, classCount).Select(_ => new List<Counts>())];
    }

    /// <summary>The thresholds that are tried, the middle first: of equals the first wins.</summary>
    public static IReadOnlyList<double> Thresholds { get; } = [.. Enumerable.Range(1, 19).Select(i => i / 20.0).OrderBy(t => Math.Abs(t - 0.5)).ThenBy(t => t)];

    /// <summary>The least masks that are tried, as shares of a picture.</summary>
    public static IReadOnlyList<double> MinimumShares { get; } = [0, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05];

    /// <summary>Counts images.</summary>
    /// <param name="truth">N x classes x PixelsPerPlane values; above 1/2 is inside.</param>
    /// <param name="probabilities">As many probabilities.</param>
    /// <param name="pixelsPerPlane">Pixels of one mask.</param>
    /// <exception cref="ArgumentException">The lengths differ, or are no whole number of images.</exception>
    public void Add(ReadOnlySpan<float> truth, ReadOnlySpan<float> probabilities, int pixelsPerPlane)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pixelsPerPlane, 1);
        if (truth.Length != probabilities.Length || truth.Length % (pixelsPerPlane * _classes.Length) != 0)
            throw new ArgumentException($"{truth.Length} true and {probabilities.Length} predicted values are not images of {_classes.Length} x {pixelsPerPlane}.", nameof(probabilities));
        for (int plane = 0, start = 0; start < truth.Length; plane++, start += pixelsPerPlane)
            _classes[plane % _classes.Length].Add(Count(truth.Slice(start, pixelsPerPlane), probabilities.Slice(start, pixelsPerPlane)));
    }

    /// <summary>The best decision of each class. Without an image: 1/2 and no least mask.</summary>
    public DecisionThresholds Best() => new([.. _classes.Select(BestOf)]);

    /// <summary>Kaggle's Dice over all images and classes with given decisions; thresholds must be among <see cref="Thresholds"/>.</summary>
    public double Score(DecisionThresholds decisions)
    {
        ArgumentNullException.ThrowIfNull(decisions);
        return Enumerable.Range(0, _classes.Length).Average(c => Score(_classes[c], IndexOf(decisions.Classes[c].Threshold), decisions.Classes[c].MinimumShare));
    }

    private static int IndexOf(double threshold) => Enumerable.Range(0, Thresholds.Count).First(k => Thresholds[k] == threshold);

    private static ClassThreshold BestOf(List<Counts> images)
    {
        (int k, double share) best = (0, 0);
        double most = Score(images, 0, 0);
        foreach (double share in MinimumShares)
        {
            for (int k = 0; k < Thresholds.Count; k++)
            {
                double score = Score(images, k, share);
                if (score > most)
                    (most, best) = (score, (k, share));
            }
        }

        return new ClassThreshold(Thresholds[best.k], best.share);
    }

    private static double Score(List<Counts> images, int k, double share) => images.Count == 0 ? 0 : images.Average(image => image.Dice(k, share));

    private static Counts Count(ReadOnlySpan<float> truth, ReadOnlySpan<float> probabilities)
    {
        var counts = new Counts(truth.Length, new int[Thresholds.Count], new int[Thresholds.Count]);
        for (int i = 0; i < truth.Length; i++)
        {
            int isTrue = truth[i] > 0.5f ? 1 : 0;
            counts.Trues += isTrue;
            for (int k = 0; k < Thresholds.Count; k++)
            {
                if (probabilities[i] > (float)Thresholds[k])
                {
                    counts.Predicted[k]++;
                    counts.Hits[k] += isTrue;
                }
            }
        }

        return counts;
    }

    private sealed record Counts(int Pixels, int[] Predicted, int[] Hits)
    {
        public int Trues { get; set; }

        public double Dice(int k, double minimumShare)
        {
            bool isEmpty = Predicted[k] < minimumShare * Pixels;
            int predicted = isEmpty ? 0 : Predicted[k], hits = isEmpty ? 0 : Hits[k];
            return Trues + predicted == 0 ? 1 : 2.0 * hits / (Trues + predicted);
        }
    }
}
