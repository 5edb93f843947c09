namespace SegFromScratch.Training.Metrics;

/// <summary>
/// Scores of each image by itself, then their mean. IoU: over the classes in the image's truth, so a class that is predicted where it is not costs only what it takes from those.
/// Atienza, "Advanced Deep Learning with TensorFlow 2 and Keras", chapter 12, evaluates so.
/// </summary>
public sealed class ImageScores
{
    private readonly ConfusionMatrix _image;
    private double _iou, _accuracy;
    private long _images;

    /// <summary>No image yet.</summary>
    /// <param name="classCount">Classes, at least 1.</param>
    /// <param name="ignoreIndex">Pixels whose truth is this value are not counted; null: there are none.</param>
    public ImageScores(int classCount, int? ignoreIndex) => _image = new ConfusionMatrix(classCount, ignoreIndex);

    /// <summary>The mean over images of their IoU; 0 before the first. Images without a pixel that counts are left out.</summary>
    public double IoU => _images == 0 ? 0 : _iou / _images;

    /// <summary>The mean over images of their pixel accuracy; 0 before the first.</summary>
    public double PixelAccuracy => _images == 0 ? 0 : _accuracy / _images;

    /// <summary>Counts one image.</summary>
    /// <param name="truth">Class indices, or the ignore index.</param>
    /// <param name="prediction">As many class indices.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a value is no class.</exception>
    public void Add(ReadOnlySpan<int> truth, ReadOnlySpan<int> prediction)
    {
        _image.Clear();
        _image.Add(truth, prediction);
        if (_image.Total == 0)
            return;
        _iou += Enumerable.Range(0, _image.ClassCount).Where(c => _image.TruePixels(c) > 0).Average(c => _image.IoU(c)!.Value);
        _accuracy += _image.PixelAccuracy;
        _images++;
    }
}
