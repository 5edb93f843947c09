namespace SegFromScratch.Training.Reports.Pictures;

/// <summary>
/// The mean IoU of the classes in the truth or the prediction of one image, as <see cref="Metrics.ConfusionMatrix.MeanIoU"/> of this image alone. It counts runs of equal pixels
/// instead of pixels, since it is taken of every image of every validation.
/// </summary>
/// <param name="classCount">Classes.</param>
/// <param name="ignoreIndex">Pixels whose truth is this value are not counted; null: there are none.</param>
internal sealed class ImageIoU(int classCount, int? ignoreIndex)
{
    private readonly int[] _true = new int[classCount], _predicted = new int[classCount], _both = new int[classCount];

    /// <summary>The score; 0 where nothing is counted.</summary>
    /// <param name="truth">Class indices, or the ignore index.</param>
    /// <param name="prediction">As many class indices.</param>
    public double Of(ReadOnlySpan<int> truth, ReadOnlySpan<int> prediction)
    {
        Array.Clear(_true);
        Array.Clear(_predicted);
        Array.Clear(_both);
        while (!truth.IsEmpty)
        {
            int label = truth[0], length = RunLength(truth);
            if (label != ignoreIndex)
                Count(label, prediction[..length]);
            truth = truth[length..];
            prediction = prediction[length..];
        }

        double sum = 0;
        int present = 0;
        for (int index = 0; index < classCount; index++)
        {
            int either = _true[index] + _predicted[index] - _both[index];
            if (either == 0)
                continue;
            sum += (double)_both[index] / either;
            present++;
        }

        return present == 0 ? 0 : sum / present;
    }

    private void Count(int label, ReadOnlySpan<int> prediction)
    {
        _true[label] += prediction.Length;
        while (!prediction.IsEmpty)
        {
            int answer = prediction[0], length = RunLength(prediction);
            _predicted[answer] += length;
            if (answer == label)
                _both[label] += length;
            prediction = prediction[length..];
        }
    }

    private static int RunLength(ReadOnlySpan<int> values) => values.IndexOfAnyExcept(values[0]) is >= 0 and int end ? end : values.Length;
}
