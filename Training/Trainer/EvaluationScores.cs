using SegFromScratch.Engine.Tensors;
using SegFromScratch.Training.Data;
using SegFromScratch.Training.Data.Loading;
using SegFromScratch.Training.Metrics;
using SegFromScratch.Training.Prediction;

namespace SegFromScratch.Training.Trainer;

/// <summary>Gathers the scores of answers to the batches of a data set.</summary>
/// <param name="dataSet">Where the batches are from.</param>
/// <param name="answered">Shown the answers to each batch.</param>
internal sealed class EvaluationScores(IDataSet dataSet, AnswerObserver? answered = null)
{
    private readonly ConfusionMatrix? _confusion = dataSet.IsMultiLabel ? null : new ConfusionMatrix(dataSet.ClassNames.Count, dataSet.IgnoreIndex);
    private readonly KaggleDice? _dice = dataSet.IsMultiLabel ? new KaggleDice(dataSet.ClassNames.Count) : null;

    /// <summary>Images so far.</summary>
    public int Images { get; private set; }

    /// <summary>Scores the answers to a batch.</summary>
    /// <param name="answers">N x C x H x W: logits or probabilities where each pixel has one class, probabilities where classes are independent.</param>
    /// <param name="batch">The truth.</param>
    public void Add(float[] answers, Batch batch)
    {
        int pixels = batch.Height * batch.Width;
        var shape = new TensorShape(batch.Count, dataSet.ClassNames.Count, batch.Height, batch.Width);
        if (_confusion is null)
        {
            _dice!.Add(batch.Layers.AsSpan(0, answers.Length), answers, pixels);
            answered?.Invoke(batch, [], answers);
        }
        else
        {
            int[] classes = ClassDecision.Largest(answers, shape);
            _confusion.Add(batch.ClassMap.AsSpan(0, batch.Count * pixels), classes);
            answered?.Invoke(batch, classes, []);
        }

        Images += batch.Count;
    }

    /// <summary>The scores of all batches.</summary>
    public Evaluation ToEvaluation() => new()
    {
        Metric = _confusion is null ? "mean Dice" : "mean IoU",
        Score = _confusion?.MeanIoU ?? _dice!.Score,
        Images = Images,
        Confusion = _confusion,
        Dice = _dice,
    };
}
