using SegFromScratch.Training.Data.Loading;
using SegFromScratch.Training.Data.Splits;
using SegFromScratch.Training.Optimization;
using SegFromScratch.Training.Runs;
using SegFromScratch.Training.Weights;

namespace SegFromScratch.Training.Trainer;

/// <summary>
/// A whole run: epochs of training steps, validation after each, checkpoints and a log. A run that was stopped or killed goes on from its last checkpoint
/// to the same bits as one that was not: everything random follows from the seed and the number of the step.
/// </summary>
public sealed class TrainingRun
{
    private readonly TrainingSetup _setup;
    private readonly RunFolder _folder;
    private readonly Trainer _trainer;
    private readonly ITrainingObserver _observer;
    private MetricLog _log;
    private MetricLog _stepLog;
    private int _epoch;
    private int _stepInEpoch;
    private long _globalStep;
    private double _lossSum;
    private double? _best;

    private TrainingRun(TrainingSetup setup, RunFolder folder, ITrainingObserver observer)
    {
        (_setup, _folder, _observer) = (setup, folder, observer);
        _trainer = new Trainer(setup.Model, setup.Loss, setup.Optimizer, (ulong)setup.Configuration.Seed);
        _log = MetricLog.Create(folder);
        _stepLog = MetricLog.Create(folder, RunFolder.StepsName);
    }

    /// <summary>The best score on validation so far.</summary>
    public double? BestScore => _best;

    /// <summary>True once all epochs are done.</summary>
    public bool IsFinished => _epoch >= _setup.Configuration.Epochs;

    /// <summary>A new run.</summary>
    public static TrainingRun Begin(TrainingSetup setup, RunFolder folder, ITrainingObserver observer)
    {
        ArgumentNullException.ThrowIfNull(setup);
        ArgumentNullException.ThrowIfNull(folder);
        setup.Configuration.Save(folder.ConfigurationPath);
        SplitFile.Of(setup.Data).Write(folder.SplitPath);
        return new TrainingRun(setup, folder, observer);
    }

    /// <summary>A run that goes on from its last checkpoint, or from the start if it was killed before its first.</summary>
    /// <exception cref="WeightFileException">The checkpoint is damaged or of another network.</exception>
    public static TrainingRun Resume(TrainingSetup setup, RunFolder folder, ITrainingObserver observer)
    {
        ArgumentNullException.ThrowIfNull(setup);
        ArgumentNullException.ThrowIfNull(folder);
        var run = new TrainingRun(setup, folder, observer);
        if (File.Exists(folder.LastCheckpointPath))
        {
            using Checkpoint checkpoint = Checkpoint.Load(folder.LastCheckpointPath);
            run.Restore(checkpoint);
        }

        run._log = MetricLog.Resume(folder, run._globalStep);
        run._stepLog = MetricLog.Resume(folder, run._globalStep, RunFolder.StepsName);
        return run;
    }

    /// <summary>Trains until all epochs are done or the run is cancelled; then the state is saved after the step that is under way.</summary>
    /// <returns>True if all epochs are done.</returns>
    public bool Run(CancellationToken cancellation)
    {
        RunConfiguration configuration = _setup.Configuration;
        if (IsFinished)
            return true;
        int samples = _setup.Data.Train.Count;
        int stepsPerEpoch = Math.Min(Math.Max(1, samples / configuration.Batch), configuration.StepsPerEpoch ?? int.MaxValue);
        var options = new BatchLoaderOptions
        {
            BatchSize = configuration.Batch,
            Seed = configuration.Seed,
            Shuffle = true,
            DropLast = samples >= configuration.Batch,
            Start = _stepInEpoch < stepsPerEpoch ? new BatchPosition(_epoch, _stepInEpoch) : new BatchPosition(_epoch + 1, 0),
        };
        BatchLoader loader = new(_setup.Data.Train, _setup.TrainTransform, options);
        try
        {
            var schedule = LearningRateSchedule.Create(configuration.Schedule.Name, configuration.Optimizer.LearningRate, (long)stepsPerEpoch * configuration.Epochs, configuration.Schedule.GetInt32("warm_up_steps", 0));
            _observer.Started(_setup, Progress(stepsPerEpoch));
            while (!IsFinished)
            {
                while (_stepInEpoch < stepsPerEpoch)
                {
                    if (cancellation.IsCancellationRequested)
                    {
                        Save(_folder.LastCheckpointPath);
                        return false;
                    }

                    LearnOne(loader, schedule, stepsPerEpoch);
                }

                loader = AtStartOfNextEpoch(loader, options, stepsPerEpoch);
                if (!EndEpoch(stepsPerEpoch, cancellation))
                    return false;
            }
        }
        finally
        {
            loader.Dispose();
        }

        return true;
    }

    private void LearnOne(BatchLoader loader, LearningRateSchedule schedule, int stepsPerEpoch)
    {
        Batch batch = loader.Next();
        try
        {
            double rate = schedule.Rate(_globalStep);
            float loss = _trainer.Learn(batch, _globalStep, rate);
            _lossSum += loss;
            _stepInEpoch++;
            _globalStep++;
            _stepLog.Append(_globalStep, [KeyValuePair.Create<string, double?>("loss", loss), KeyValuePair.Create<string, double?>("learning_rate", rate)]);
            _observer.StepDone(Progress(stepsPerEpoch), loss, rate);
        }
        finally
        {
            loader.Return(batch);
        }
    }

    // A shortened epoch leaves batches behind; the loader is then started anew at the next epoch.
    private BatchLoader AtStartOfNextEpoch(BatchLoader loader, BatchLoaderOptions options, int stepsPerEpoch)
    {
        if (stepsPerEpoch == loader.BatchesPerEpoch)
            return loader;
        loader.Dispose();
        return new BatchLoader(_setup.Data.Train, _setup.TrainTransform, options with { Start = new BatchPosition(_epoch + 1, 0) });
    }

    private bool EndEpoch(int stepsPerEpoch, CancellationToken cancellation)
    {
        Evaluation evaluation;
        try
        {
            if (_setup.Configuration.FineTuning.BatchNormalization == FineTuningOptions.Recompute)
                BatchStatistics.Recompute(_setup, stepsPerEpoch, cancellation);
            int total = _setup.Data.Validation.Count;
            evaluation = Evaluator.Evaluate(_setup.Model, _setup.Data.Validation, _setup.EvaluationTransform, _setup.Configuration.Batch, images => _observer.Validating(images, total), _observer.Answered, cancellation);
        }
        catch (OperationCanceledException)
        {
            Save(_folder.LastCheckpointPath);
            return false;
        }

        double meanLoss = _lossSum / stepsPerEpoch;
        bool isBest = !(evaluation.Score <= _best);
        (_epoch, _stepInEpoch, _lossSum) = (_epoch + 1, 0, 0);
        _log.Append(_globalStep,
        [
            KeyValuePair.Create<string, double?>("epoch", _epoch),
            KeyValuePair.Create<string, double?>("train_loss", meanLoss),
            KeyValuePair.Create<string, double?>("validation_score", evaluation.Score),
            KeyValuePair.Create<string, double?>("empty_score", evaluation.EmptyScore),
            KeyValuePair.Create<string, double?>("pixel_accuracy", evaluation.Confusion?.PixelAccuracy),
        ]);
        if (isBest)
        {
            _best = evaluation.Score;
            Save(_folder.BestCheckpointPath);
        }

        Save(_folder.LastCheckpointPath);
        _observer.EpochDone(Progress(stepsPerEpoch), meanLoss, evaluation, isBest);
        return true;
    }

    private RunProgress Progress(int stepsPerEpoch) =>
        new(_epoch, _setup.Configuration.Epochs, _stepInEpoch, stepsPerEpoch, _globalStep, _setup.Configuration.Batch);

    private void Save(string path) => ModelCheckpoint.Save(path, _setup.Model, _setup.Optimizer, new CheckpointMetadata
    {
        Model = _setup.Model.Name,
        ModelOptions = System.Text.Json.JsonSerializer.Serialize(_setup.Configuration.Model.Options),
        State = new TrainingState
        {
            Epoch = _epoch,
            StepInEpoch = _stepInEpoch,
            GlobalStep = _globalStep,
            BestMetric = _best,
            OptimizerSteps = _setup.Optimizer.Updates,
            ScheduleStep = _globalStep,
            Seed = (ulong)_setup.Configuration.Seed,
            Values = new Dictionary<string, double> { ["loss_sum"] = _lossSum },
        },
    });

    private void Restore(Checkpoint checkpoint)
    {
        TrainingState state = checkpoint.Metadata.State
            ?? throw new WeightFileException($"'{checkpoint.File.Path}' holds weights only, so no run can go on from it");
        ModelCheckpoint.LoadWeights(checkpoint, _setup.Model);
        ModelCheckpoint.LoadOptimizer(checkpoint, _setup.Optimizer);
        _setup.Optimizer.Updates = state.OptimizerSteps;
        (_epoch, _stepInEpoch, _globalStep, _best) = ((int)state.Epoch, (int)state.StepInEpoch, state.GlobalStep, state.BestMetric);
        _lossSum = state.Values.GetValueOrDefault("loss_sum");
    }
}
