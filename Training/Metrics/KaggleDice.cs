namespace SegFromScratch.Training.Metrics;

/// <summary>
/// The score of the Severstal contest: for every image and every class the Dice 2H/(T+P) of hard masks, 1 where both are empty, and
/// the plain mean of them all. Since most masks are empty, saying nothing at all scores high: see <see cref="EmptyScore"/>.
/// </summary>
public sealed class KaggleDice
{
    private readonly double[] _sums;
    private readonly long[] _emptyTruths;

    /// <summary>A score over no image yet.</summary>
    /// <param name="classCount">Classes, at least 1.</param>
    public KaggleDice(int classCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classCount, 1);
        (_sums, _emptyTruths) = (new double[classCount], new long[classCount]);
    }

    /// <summary>Classes.</summary>
    public int ClassCount => _sums.Length;

    /// <summary>Images counted.</summary>
    public long Images { get; private set; }

    /// <summary>The mean over images and classes; 0 before the first image.</summary>
    public double Score => Images == 0 ? 0 : _sums.Sum() / (Images * ClassCount);

    /// <summary>What a prediction of nothing anywhere scores on the same truth; a model below it has learned nothing of use. 0 before the first image.</summary>
    public double EmptyScore => Images == 0 ? 0 : (double)_emptyTruths.Sum() / (Images * ClassCount);

    /// <summary>The mean over images of one class; 0 before the first image.</summary>
    public double ScoreOf(int index) => Images == 0 ? 0 : _sums[index] / Images;

    /// <summary>Counts images.</summary>
    /// <param name="truth">N x ClassCount x PixelsPerPlane values; above 1/2 is inside.</param>
    /// <param name="prediction">As many values; above the threshold is inside (0.5 itself is outside).</param>
    /// <param name="pixelsPerPlane">Pixels of one mask, at least 1.</param>
    /// <param name="threshold">Where the inside of a prediction begins: 0.5 for probabilities, 0 for logits.</param>
    /// <exception cref="ArgumentException">The lengths differ, or are no whole number of images.</exception>
    public void Add(ReadOnlySpan<float> truth, ReadOnlySpan<float> prediction, int pixelsPerPlane, float threshold = 0.5f)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pixelsPerPlane, 1);
        if (truth.Length != prediction.Length || truth.Length % (pixelsPerPlane * ClassCount) != 0)
            throw new ArgumentException($"{truth.Length} true and {prediction.Length} predicted values are not images of {ClassCount} x {pixelsPerPlane}.", nameof(prediction));
        for (int plane = 0, start = 0; start < truth.Length; plane++, start += pixelsPerPlane)
            AddPlane(truth.Slice(start, pixelsPerPlane), prediction.Slice(start, pixelsPerPlane), threshold, plane % ClassCount);
        Images += truth.Length / (pixelsPerPlane * ClassCount);
    }

    private void AddPlane(ReadOnlySpan<float> truth, ReadOnlySpan<float> prediction, float threshold, int index)
    {
        long trues = 0, predicted = 0, both = 0;
        for (int i = 0; i < truth.Length; i++)
        {
            bool isTrue = truth[i] > 0.5f, isPredicted = prediction[i] > threshold;
            trues += isTrue ? 1 : 0;
            predicted += isPredicted ? 1 : 0;
            both += isTrue && isPredicted ? 1 : 0;
        }
        _emptyTruths[index] += trues == 0 ? 1 : 0;
        _sums[index] += trues + predicted == 0 ? 1 : 2.0 * both / (trues + predicted);
    }
}
