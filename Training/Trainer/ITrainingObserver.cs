using SegFromScratch.Training.Data.Loading;

namespace SegFromScratch.Training.Trainer;

/// <summary>Watches a run: a progress bar, a log, a test.</summary>
public interface ITrainingObserver
{
    /// <summary>The run begins, or goes on, with its first step.</summary>
    void Started(TrainingSetup setup, RunProgress progress);

    /// <summary>One step is done.</summary>
    void StepDone(RunProgress progress, float loss, double learningRate);

    /// <summary>Validation has looked at so many images of so many.</summary>
    void Validating(int images, int total);

    /// <summary>Validation has the answers to a batch, as <see cref="AnswerObserver"/> gets them.</summary>
    void Answered(Batch batch, ReadOnlySpan<int> classes, ReadOnlySpan<float> probabilities)
    {
    }

    /// <summary>An epoch is done; the checkpoint that a resumed run goes on from is written after this.</summary>
    void EpochDone(RunProgress progress, double meanLoss, Evaluation evaluation, bool isBest);
}

/// <summary>Where a run stands.</summary>
/// <param name="Epoch">Epochs that are complete.</param>
/// <param name="Epochs">Epochs of the whole run.</param>
/// <param name="StepInEpoch">Steps done in the epoch that is under way.</param>
/// <param name="StepsPerEpoch">Steps of an epoch.</param>
/// <param name="GlobalStep">Steps done since the run began.</param>
/// <param name="BatchSize">Images a step.</param>
public readonly record struct RunProgress(int Epoch, int Epochs, int StepInEpoch, int StepsPerEpoch, long GlobalStep, int BatchSize);
