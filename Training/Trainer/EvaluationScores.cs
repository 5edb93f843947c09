using SegFromScratch.Engine.Tensors;
using SegFromScratch.Training.Data;
using SegFromScratch.Training.Data.Loading;
using SegFromScratch.Training.Metrics;
using SegFromScratch.Training.Prediction;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Training.Trainer;

/// <summary>Gathers the scores of answers to the batches of a data set.</summary>
internal sealed class EvaluationScores
{
    private readonly IDataSet _dataSet;
    private readonly ClassMapScores? _classMap;
    private readonly LayerScores? _layers;
    private readonly string _metric;
    private readonly AnswerObserver? _answered;
    private readonly DecisionThresholds? _thresholds;

    /// <summary>No batch yet.</summary>
    /// <param name="dataSet">Where the batches are from.</param>
    /// <param name="metric">The score that counts.</param>
    /// <param name="answered">Shown the answers to each batch.</param>
    /// <param name="thresholds">What makes a pixel belong to a class that is independent of others; null: a probability above one half.</param>
    /// <exception cref="ConfigurationException">The data have no such score.</exception>
    public EvaluationScores(IDataSet dataSet, string metric = MetricCatalog.Auto, AnswerObserver? answered = null, DecisionThresholds? thresholds = null)
    {
        (_dataSet, int classes, _answered, _thresholds) = (dataSet, dataSet.ClassNames.Count, answered, thresholds);
        if (dataSet.IsMultiLabel)
            _layers = new LayerScores(new KaggleDice(classes), new BatchSoftDice(), new LayerCounts(classes));
        else
            _classMap = new ClassMapScores(new ConfusionMatrix(classes, dataSet.IgnoreIndex), new ImageScores(classes, dataSet.IgnoreIndex));
        _metric = metric != MetricCatalog.Auto ? metric : dataSet.IsMultiLabel ? MetricCatalog.KaggleDice : MetricCatalog.MeanIoU;
        Dictionary<string, double> known = Scores();
        if (!known.ContainsKey(_metric))
            throw new ConfigurationException($"{dataSet.Name}: there is no '{metric}' of {(dataSet.IsMultiLabel ? "masks that may overlap" : "class maps")}: choose {string.Join(", ", known.Keys)}");
    }

    /// <summary>Images so far.</summary>
    public int Images { get; private set; }

    /// <summary>Scores the answers to a batch.</summary>
    /// <param name="answers">N x C x H x W: logits or probabilities where each pixel has one class, probabilities where classes are independent.</param>
    /// <param name="batch">The truth.</param>
    public void Add(float[] answers, Batch batch)
    {
        int pixels = batch.Height * batch.Width;
        if (_classMap is { } classMap)
        {
            int[] classes = ClassDecision.Largest(answers, new TensorShape(batch.Count, _dataSet.ClassNames.Count, batch.Height, batch.Width));
            ReadOnlySpan<int> truth = batch.ClassMap.AsSpan(0, batch.Count * pixels);
            classMap.Confusion.Add(truth, classes);
            for (int start = 0; start < truth.Length; start += pixels)
                classMap.Images.Add(truth.Slice(start, pixels), classes.AsSpan(start, pixels));
            _answered?.Invoke(batch, classes, []);
        }
        else
        {
            ReadOnlySpan<float> truth = batch.Layers.AsSpan(0, answers.Length);
            float[] decided = Decide(answers, batch);
            _layers!.Kaggle.Add(truth, decided, pixels);
            _layers.Soft.Add(truth, answers);
            _layers.Counts.Add(truth, decided, pixels);
            _answered?.Invoke(batch, [], answers);
        }

        Images += batch.Count;
    }

    /// <summary>The scores of all batches.</summary>
    public Evaluation ToEvaluation()
    {
        Dictionary<string, double> scores = Scores();
        return new Evaluation
        {
            Metric = _metric,
            Score = scores[_metric],
            Scores = scores,
            Images = Images,
            Confusion = _classMap?.Confusion,
            Dice = _layers?.Kaggle,
            LayerCounts = _layers?.Counts,
        };
    }

    // The metrics of hard masks take what is above one half.
    private float[] Decide(float[] probabilities, Batch batch)
    {
        if (_thresholds is null)
            return probabilities;
        int length = batch.LayerCount * batch.Height * batch.Width;
        return [.. Enumerable.Range(0, batch.Count).SelectMany(n => Array.ConvertAll(_thresholds.Decide(probabilities.AsSpan(n * length, length), batch.Width, batch.Height).Layers, value => (float)value))];
    }

    private Dictionary<string, double> Scores() => _classMap is { } map
        ? new()
        {
            [MetricCatalog.MeanIoU] = map.Confusion.MeanIoU,
            [MetricCatalog.ImageIoU] = map.Images.IoU,
            [MetricCatalog.MeanDice] = map.Confusion.MeanDice,
            [MetricCatalog.MeanRecall] = map.Confusion.MeanRecall,
            [MetricCatalog.MeanPrecision] = map.Confusion.MeanPrecision,
            [MetricCatalog.PixelAccuracy] = map.Confusion.PixelAccuracy,
            [MetricCatalog.ImagePixelAccuracy] = map.Images.PixelAccuracy,
            [MetricCatalog.FrequencyWeightedIoU] = map.Confusion.FrequencyWeightedIoU,
        }
        : new()
        {
            [MetricCatalog.KaggleDice] = _layers!.Kaggle.Score,
            [MetricCatalog.BatchSoftDice] = _layers.Soft.Score,
            [MetricCatalog.MeanIoU] = _layers.Counts.MeanIoU,
            [MetricCatalog.MeanDice] = _layers.Counts.MeanDice,
            [MetricCatalog.MeanRecall] = _layers.Counts.MeanRecall,
            [MetricCatalog.MeanPrecision] = _layers.Counts.MeanPrecision,
            [MetricCatalog.PixelAccuracy] = _layers.Counts.PixelAccuracy,
        };

    private sealed record ClassMapScores(ConfusionMatrix Confusion, ImageScores Images);

    private sealed record LayerScores(KaggleDice Kaggle, BatchSoftDice Soft, LayerCounts Counts);
}
