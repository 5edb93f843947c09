using SegFromScratch.Training.Data;
using SegFromScratch.Training.Data.Loading;
using SegFromScratch.Training.Data.Transforms;
using SegFromScratch.Training.Images;
using SegFromScratch.Training.Metrics;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Training.Reports.Pictures;

/// <summary>
/// Keeps, while a network is validated, the first images and those with the highest and the lowest score of their own: mean IoU of the classes in truth or prediction, or the mean Dice of the
/// classes where masks may overlap. Only kept images are made small, and only those that stay are drawn.
/// </summary>
/// <param name="dataSet">The validation part.</param>
/// <param name="normalization">How its pixels became numbers.</param>
public sealed class ValidationPictures(IDataSet dataSet, Normalization normalization)
{
    /// <summary>Images kept of each group.</summary>
    public const int Kept = 3;

    private readonly PictureSheet _sheet = new(dataSet);
    private readonly ImageIoU _iou = new(dataSet.ClassNames.Count, dataSet.IgnoreIndex);
    private readonly Dictionary<PictureGroup, List<ValidationPicture>> _groups = Enum.GetValues<PictureGroup>().ToDictionary(group => group, _ => new List<ValidationPicture>());

    /// <summary>The kept images of a group: the first in their order, the others from the most extreme score on.</summary>
    public IReadOnlyList<ValidationPicture> Of(PictureGroup group) => _groups[group];

    /// <summary>Forgets all images, before the next validation.</summary>
    public void Clear()
    {
        foreach (List<ValidationPicture> group in _groups.Values)
            group.Clear();
    }

    /// <summary>Looks at a batch; see <see cref="Trainer.AnswerObserver"/>.</summary>
    public void Add(Batch batch, ReadOnlySpan<int> classes, ReadOnlySpan<float> probabilities)
    {
        ArgumentNullException.ThrowIfNull(batch);
        for (int image = 0; image < batch.Count; image++)
        {
            double score = classes.IsEmpty ? DiceOf(batch, image, probabilities) : IoUOf(batch, image, classes);
            bool isFirst = _groups[PictureGroup.First].Count < Kept;
            bool isBest = ShowsSomething(batch, image) && Enters(PictureGroup.Best, score), isWorst = Enters(PictureGroup.Worst, score);
            if (!isFirst && !isBest && !isWorst)
                continue;
            SmallSample sample = SmallSample.Of(batch, image, classes, probabilities, normalization);
            var picture = new ValidationPicture(batch.Names[image], score, new Lazy<Image>(() => _sheet.Draw(sample)));
            if (isFirst)
                _groups[PictureGroup.First].Add(picture);
            if (isBest)
                Insert(PictureGroup.Best, picture);
            if (isWorst)
                Insert(PictureGroup.Worst, picture);
        }
    }

    private double IoUOf(Batch batch, int image, ReadOnlySpan<int> classes)
    {
        int pixels = batch.Width * batch.Height;
        return _iou.Of(batch.ClassMap.AsSpan(image * pixels, pixels), classes.Slice(image * pixels, pixels));
    }

    private double DiceOf(Batch batch, int image, ReadOnlySpan<float> probabilities)
    {
        int pixels = batch.Width * batch.Height, values = pixels * batch.LayerCount;
        var dice = new KaggleDice(dataSet.ClassNames.Count);
        dice.Add(batch.Layers.AsSpan(image * values, values), probabilities.Slice(image * values, values), pixels);
        return dice.Score;
    }

    // Nothing seen where nothing is scores 1 too, and shows nothing.
    private static bool ShowsSomething(Batch batch, int image)
    {
        int values = batch.Width * batch.Height * batch.LayerCount;
        return batch.LayerCount == 0 || batch.Layers.AsSpan(image * values, values).ContainsAnyExcept(0f);
    }

    // The first of equals stays.
    private bool Enters(PictureGroup group, double score) => _groups[group].Count < Kept || Rank(group, score) < Rank(group, _groups[group][^1].Score);

    private void Insert(PictureGroup group, ValidationPicture picture)
    {
        List<ValidationPicture> pictures = _groups[group];
        int place = pictures.FindIndex(other => Rank(group, picture.Score) < Rank(group, other.Score));
        pictures.Insert(place < 0 ? pictures.Count : place, picture);
        if (pictures.Count > Kept)
            pictures.RemoveAt(Kept);
    }

    private static double Rank(PictureGroup group, double score) => group == PictureGroup.Best ? -score : score;
}
