namespace SegFromScratch.Training.Metrics;

/// <summary>
/// Counts of independent classes over a whole set. With T true pixels of a class, P predicted ones and H in both: recall H/T, precision H/P, IoU H/(T+P-H), Dice 2H/(T+P).
/// Where a denominator is 0 the class has no such score: it is null and left out of means.
/// </summary>
public sealed class LayerCounts
{
    private readonly long[] _trues, _predicted, _hits;
    private long _pixels;

    /// <summary>No pixel yet.</summary>
    /// <param name="classCount">Classes, at least 1.</param>
    public LayerCounts(int classCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classCount, 1);
        (_trues, _predicted, _hits) = (new long[classCount], new long[classCount], new long[classCount]);
    }

    /// <summary>Classes.</summary>
    public int ClassCount => _trues.Length;

    /// <summary>The share of right answers over all pixels and classes; 0 where nothing was counted. Most masks are empty, so it is high for any answer.</summary>
    public double PixelAccuracy => _pixels == 0 ? 0 : 1 - (double)Enumerable.Range(0, ClassCount).Sum(c => _trues[c] + _predicted[c] - (2 * _hits[c])) / (_pixels * ClassCount);

    /// <summary>The mean IoU over classes that have one.</summary>
    public double MeanIoU => MeanOf(IoU);

    /// <summary>The mean Dice over classes that have one.</summary>
    public double MeanDice => MeanOf(Dice);

    /// <summary>The mean recall over classes that have one.</summary>
    public double MeanRecall => MeanOf(Recall);

    /// <summary>The mean precision over classes that have one.</summary>
    public double MeanPrecision => MeanOf(Precision);

    /// <summary>Counts images.</summary>
    /// <param name="truth">N x ClassCount x PixelsPerPlane values; above 1/2 is inside.</param>
    /// <param name="prediction">As many values; above 1/2 is inside.</param>
    /// <param name="pixelsPerPlane">Pixels of one mask, at least 1.</param>
    /// <exception cref="ArgumentException">The lengths differ, or are no whole number of images.</exception>
    public void Add(ReadOnlySpan<float> truth, ReadOnlySpan<float> prediction, int pixelsPerPlane)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pixelsPerPlane, 1);
        if (truth.Length != prediction.Length || truth.Length % (pixelsPerPlane * ClassCount) != 0)
            throw new ArgumentException($"{truth.Length} true and {prediction.Length} predicted values are not images of {ClassCount} x {pixelsPerPlane}.", nameof(prediction));
        for (int i = 0; i < truth.Length; i++)
        {
            int c = i / pixelsPerPlane % ClassCount;
            bool isTrue = truth[i] > 0.5f, isPredicted = prediction[i] > 0.5f;
            _trues[c] += isTrue ? 1 : 0;
            _predicted[c] += isPredicted ? 1 : 0;
            _hits[c] += isTrue && isPredicted ? 1 : 0;
        }

        _pixels += truth.Length / ClassCount;
    }

    /// <summary>Pixels whose truth has this class.</summary>
    public long TruePixels(int index) => _trues[index];

    /// <summary>Pixels counted, of each class as many.</summary>
    public long Pixels => _pixels;

    /// <summary>H/(T+P-H); null where the class is in neither truth nor prediction.</summary>
    public double? IoU(int index) => Ratio(_hits[index], _trues[index] + _predicted[index] - _hits[index]);

    /// <summary>2H/(T+P); null where the class is in neither truth nor prediction.</summary>
    public double? Dice(int index) => Ratio(2 * _hits[index], _trues[index] + _predicted[index]);

    /// <summary>H/T; null where the class is not in the truth.</summary>
    public double? Recall(int index) => Ratio(_hits[index], _trues[index]);

    /// <summary>H/P; null where the class was never predicted.</summary>
    public double? Precision(int index) => Ratio(_hits[index], _predicted[index]);

    private double MeanOf(Func<int, double?> score) => Enumerable.Range(0, ClassCount).Select(score).Average() ?? 0;

    private static double? Ratio(long part, long whole) => whole == 0 ? null : (double)part / whole;
}
