using SegFromScratch.Training.Data.Loading;

namespace SegFromScratch.Training.Trainer;

/// <summary>Several observers as one; each is told in the order in which they are given.</summary>
/// <param name="observers">The observers.</param>
public sealed class ObserverGroup(params IReadOnlyList<ITrainingObserver> observers) : ITrainingObserver
{
    /// <inheritdoc/>
    public void Started(TrainingSetup setup, RunProgress progress)
    {
        foreach (ITrainingObserver observer in observers)
            observer.Started(setup, progress);
    }

    /// <inheritdoc/>
    public void StepDone(RunProgress progress, float loss, double learningRate)
    {
        foreach (ITrainingObserver observer in observers)
            observer.StepDone(progress, loss, learningRate);
    }

    /// <inheritdoc/>
    public void Validating(int images, int total)
    {
        foreach (ITrainingObserver observer in observers)
            observer.Validating(images, total);
    }

    /// <inheritdoc/>
    public void Answered(Batch batch, ReadOnlySpan<int> classes, ReadOnlySpan<float> probabilities)
    {
        foreach (ITrainingObserver observer in observers)
            observer.Answered(batch, classes, probabilities);
    }

    /// <inheritdoc/>
    public void EpochDone(RunProgress progress, double meanLoss, Evaluation evaluation, bool isBest)
    {
        foreach (ITrainingObserver observer in observers)
            observer.EpochDone(progress, meanLoss, evaluation, isBest);
    }
}
