namespace SegFromScratch.Training.Metrics;

/// <summary>
/// Counts of (true class, predicted class) over a whole set, and the scores that follow from them. With T true pixels of a class, P
/// predicted ones and H in both: recall H/T, precision H/P, IoU H/(T+P-H), Dice 2H/(T+P). Where a denominator is 0 the class has no
/// such score: it is null, never NaN, and means leave it out. A set-level score is not the mean of the images' scores.
/// </summary>
public sealed class ConfusionMatrix
{
    private readonly long[] _counts;
    private readonly int? _ignoreIndex;

    /// <summary>An empty matrix.</summary>
    /// <param name="classCount">Classes, at least 1.</param>
    /// <param name="ignoreIndex">Pixels whose truth is this value are not counted; null: there are none.</param>
    public ConfusionMatrix(int classCount, int? ignoreIndex)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classCount, 1);
        (ClassCount, _ignoreIndex, _counts) = (classCount, ignoreIndex, new long[classCount * classCount]);
    }

    /// <summary>Classes.</summary>
    public int ClassCount { get; }

    /// <summary>Pixels of one true class that were given one predicted class.</summary>
    public long this[int truth, int prediction] => _counts[(truth * ClassCount) + prediction];

    /// <summary>Pixels counted.</summary>
    public long Total => _counts.Sum();

    /// <summary>The share of pixels that were given their class; 0 where nothing was counted. TorchVision: global correct.</summary>
    public double PixelAccuracy => Total == 0 ? 0 : (double)Diagonal() / Total;

    /// <summary>The mean IoU over the classes present in truth or prediction; 0 where there is none.</summary>
    public double MeanIoU => MeanOf(IoU);

    /// <summary>The mean recall over the classes present in truth; 0 where there is none. Also: mean accuracy.</summary>
    public double MeanRecall => MeanOf(Recall);

    /// <summary>The mean precision over the classes that were predicted; 0 where there is none.</summary>
    public double MeanPrecision => MeanOf(Precision);

    /// <summary>The mean Dice over the classes present in truth or prediction; 0 where there is none.</summary>
    public double MeanDice => MeanOf(Dice);

    /// <summary>The IoU of each class weighted by its share of true pixels; 0 where nothing was counted.</summary>
    public double FrequencyWeightedIoU
    {
        get
        {
            double sum = 0;
            for (int index = 0; index < ClassCount; index++)
                sum += TruePixels(index) * (IoU(index) ?? 0);
            return Total == 0 ? 0 : sum / Total;
        }
    }

    /// <summary>Counts pixels.</summary>
    /// <param name="truth">Class indices, or the ignore index.</param>
    /// <param name="prediction">As many class indices.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a value is no class.</exception>
    public void Add(ReadOnlySpan<int> truth, ReadOnlySpan<int> prediction)
    {
        if (truth.Length != prediction.Length)
            throw new ArgumentException($"{truth.Length} true pixels but {prediction.Length} predicted ones.", nameof(prediction));
        for (int i = 0; i < truth.Length; i++)
        {
            if (truth[i] == _ignoreIndex)
                continue;
            if ((uint)truth[i] >= (uint)ClassCount || (uint)prediction[i] >= (uint)ClassCount)
                throw new ArgumentException($"Pixel {i}: truth {truth[i]}, prediction {prediction[i]}, but classes are 0 to {ClassCount - 1}.", nameof(truth));
            _counts[(truth[i] * ClassCount) + prediction[i]]++;
        }
    }

    /// <summary>Adds another matrix's counts.</summary>
    /// <exception cref="ArgumentException">The other has another number of classes.</exception>
    public void Add(ConfusionMatrix other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.ClassCount != ClassCount)
            throw new ArgumentException($"{other.ClassCount} classes cannot be added to {ClassCount}.", nameof(other));
        for (int i = 0; i < _counts.Length; i++)
            _counts[i] += other._counts[i];
    }

    /// <summary>Forgets everything counted.</summary>
    public void Clear() => Array.Clear(_counts);

    /// <summary>Pixels whose truth is this class.</summary>
    public long TruePixels(int index)
    {
        long sum = 0;
        for (int prediction = 0; prediction < ClassCount; prediction++)
            sum += this[index, prediction];
        return sum;
    }

    /// <summary>Counted pixels that were given this class.</summary>
    public long PredictedPixels(int index)
    {
        long sum = 0;
        for (int truth = 0; truth < ClassCount; truth++)
            sum += this[truth, index];
        return sum;
    }

    /// <summary>H/(T+P-H); null where the class is in neither truth nor prediction.</summary>
    public double? IoU(int index) => Ratio(this[index, index], TruePixels(index) + PredictedPixels(index) - this[index, index]);

    /// <summary>2H/(T+P); null where the class is in neither truth nor prediction.</summary>
    public double? Dice(int index) => Ratio(2 * this[index, index], TruePixels(index) + PredictedPixels(index));

    /// <summary>H/T; null where the class is not in the truth.</summary>
    public double? Recall(int index) => Ratio(this[index, index], TruePixels(index));

    /// <summary>H/P; null where the class was never predicted.</summary>
    public double? Precision(int index) => Ratio(this[index, index], PredictedPixels(index));

    private long Diagonal()
    {
        long sum = 0;
        for (int index = 0; index < ClassCount; index++)
            sum += this[index, index];
        return sum;
    }

    private double MeanOf(Func<int, double?> score) => Enumerable.Range(0, ClassCount).Select(score).Average() ?? 0;

    private static double? Ratio(long part, long whole) => whole == 0 ? null : (double)part / whole;
}
