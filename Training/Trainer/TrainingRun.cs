using SegFromScratch.Engine.Devices;
using SegFromScratch.Training.Data;
using SegFromScratch.Training.Data.Loading;
using SegFromScratch.Training.Data.Splits;
using SegFromScratch.Training.Optimization;
using SegFromScratch.Training.Prediction;
using SegFromScratch.Training.Runs;
using SegFromScratch.Training.Weights;

namespace SegFromScratch.Training.Trainer;

/// <summary>
/// A whole run: epochs of training steps, validation after each, checkpoints and a log. A run that was stopped or killed goes on from its last checkpoint
/// to the same bits as one that was not: everything random follows from the seed and the number of the step.
/// </summary>
public sealed class TrainingRun
{
    private const string WithoutBetter = "epochs_without_better";
    private readonly TrainingSetup _setup;
    private readonly RunFolder _folder;
    private readonly Trainer _trainer;
    private readonly Inference _inference;
    private readonly ITrainingObserver _observer;
    private MetricLog _log;
    private MetricLog _stepLog;
    private int _epoch;
    private int _stepInEpoch;
    private long _globalStep;
    private double _lossSum;
    private long _epochsWithoutBetter;
    private readonly AveragedWeights? _averages;
    private readonly PlateauFactor? _plateau;
    private double? _best;

    private TrainingRun(TrainingSetup setup, RunFolder folder, ITrainingObserver observer)
    {
        (_setup, _folder, _observer, _inference) = (setup, folder, observer, new Inference(setup.Model, setup.Data.Train.IsMultiLabel));
        _trainer = new Trainer(setup.Model, setup.Loss, setup.Optimizer, (ulong)setup.Configuration.Seed) { FindNan = setup.Configuration.Training.FindNan };
        _averages = setup.Configuration.Training.AverageDecay is { } decay ? new AveragedWeights(setup.Model, decay) : null;
        _plateau = setup.Configuration.Schedule.Name == PlateauFactor.Name ? new PlateauFactor(setup.Configuration.Schedule) : null;
        _log = MetricLog.Create(folder);
        _stepLog = MetricLog.Create(folder, RunFolder.StepsName);
    }

    /// <summary>The best score on validation so far.</summary>
    public double? BestScore => _best;

    /// <summary>True once all epochs are done, or validation has not got better for as many epochs as were granted.</summary>
    public bool IsFinished => _epoch >= _setup.Configuration.Epochs || IsStoppedEarly;

    /// <summary>True where validation has not got better for as many epochs as were granted.</summary>
    public bool IsStoppedEarly => _epochsWithoutBetter >= _setup.Configuration.Training.Patience;

    /// <summary>A new run.</summary>
    public static TrainingRun Begin(TrainingSetup setup, RunFolder folder, ITrainingObserver? observer = null)
    {
        ArgumentNullException.ThrowIfNull(setup);
        ArgumentNullException.ThrowIfNull(folder);
        SplitFile.Of(setup.Data).Write(folder.SplitPath);

        // The configuration last: it makes the folder a run, and a run that was killed here would else go on without its division.
        setup.Configuration.Save(folder.ConfigurationPath);
        return new TrainingRun(setup, folder, observer ?? new ObserverGroup());
    }

    /// <summary>A run that goes on from its last checkpoint, or from the start if it was killed before its first.</summary>
    /// <exception cref="WeightFileException">The checkpoint is damaged or of another network.</exception>
    public static TrainingRun Resume(TrainingSetup setup, RunFolder folder, ITrainingObserver? observer = null)
    {
        ArgumentNullException.ThrowIfNull(setup);
        ArgumentNullException.ThrowIfNull(folder);
        var run = new TrainingRun(setup, folder, observer ?? new ObserverGroup());
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
    /// <returns>True if the run is finished.</returns>
    /// <exception cref="TrainingException">A result is not a number, or the device has too little memory; the message says what would mend it.</exception>
    public bool Run(CancellationToken cancellation = default)
    {
        try
        {
            return RunEpochs(cancellation);
        }
        catch (OutOfDeviceMemoryException cause)
        {
            throw new TrainingException(MemoryAdvice.For(_setup, _setup.Device.Pool.PeakBytesInUse), cause);
        }
    }

    private bool RunEpochs(CancellationToken cancellation)
    {
        RunConfiguration configuration = _setup.Configuration;
        int samples = _setup.Data.Train.Count, passes = configuration.Training.Accumulate;
        if (passes > 1 && samples < (long)configuration.Batch * passes)
            throw new TrainingException($"{samples} pictures do not fill a step of {passes} batches of {configuration.Batch}: choose a smaller --batch or --accumulate");
        int stepsPerEpoch = Math.Min(Math.Max(1, samples / configuration.Batch / passes), configuration.StepsPerEpoch ?? int.MaxValue);
        if (IsFinished)
        {
            // Killed between its last checkpoint and its end: observers have the end still to tell.
            _observer.Started(_setup, Progress(stepsPerEpoch));
            return true;
        }

        var options = new BatchLoaderOptions
        {
            BatchSize = configuration.Batch,
            Seed = configuration.Seed,
            Shuffle = true,
            SampleWeights = configuration.Training.BalanceClasses ? ClassBalance.Weights(_setup.Data.Train) : null,
            DropLast = samples >= configuration.Batch,
            Start = _stepInEpoch < stepsPerEpoch ? new BatchPosition(_epoch, _stepInEpoch * passes) : new BatchPosition(_epoch + 1, 0),
        };
        BatchLoader loader = new(_setup.Data.Train, _setup.TrainTransform, options);
        try
        {
            var schedule = LearningRateSchedule.Create(configuration.Schedule, configuration.Optimizer.LearningRate, (long)stepsPerEpoch * configuration.Epochs, stepsPerEpoch);
            _observer.Started(_setup, Progress(stepsPerEpoch));
            while (!IsFinished)
            {
                while (_stepInEpoch < stepsPerEpoch)
                {
                    if (cancellation.IsCancellationRequested)
                    {
                        Save(_folder.LastCheckpointPath, _averages);
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
        double rate = schedule.Rate(_globalStep) * (_plateau?.Current ?? 1);
        int passes = _setup.Configuration.Training.Accumulate;
        double sum = 0;
        _trainer.NextBatch = loader.PeekReady;
        for (int i = 0; i < passes; i++)
        {
            Batch batch = loader.Next();
            try
            {
                long pass = (_globalStep * passes) + i;
                sum += _trainer.Accumulate(batch, pass, 1f / passes);
                if (i == passes - 1)
                    _trainer.Update(batch, pass, rate);
            }
            finally
            {
                loader.Return(batch);
            }
        }

        _averages?.Follow(_setup.Optimizer.Updates);
        float loss = (float)(sum / passes);
        _lossSum += loss;
        _stepInEpoch++;
        _globalStep++;
        _stepLog.Append(_globalStep, [KeyValuePair.Create<string, double?>("loss", loss), KeyValuePair.Create<string, double?>("learning_rate", rate)]);
        _observer.StepDone(Progress(stepsPerEpoch), loss, rate);
    }

    // A shortened epoch leaves batches behind; the loader is then started anew at the next epoch.
    private BatchLoader AtStartOfNextEpoch(BatchLoader loader, BatchLoaderOptions options, int stepsPerEpoch)
    {
        if (stepsPerEpoch * _setup.Configuration.Training.Accumulate == loader.BatchesPerEpoch)
            return loader;
        loader.Dispose();
        return new BatchLoader(_setup.Data.Train, _setup.TrainTransform, options with { Start = new BatchPosition(_epoch + 1, 0) });
    }

    private bool EndEpoch(int stepsPerEpoch, CancellationToken cancellation)
    {
        Evaluation evaluation;
        _averages?.Swap();
        try
        {
            if (_setup.Configuration.FineTuning.BatchNormalization == FineTuningOptions.Recompute)
                BatchStatistics.Recompute(_setup, stepsPerEpoch, cancellation);
            int total = _setup.Data.Validation.Count;
            evaluation = Evaluator.Evaluate(_inference, _setup.Data.Validation, _setup.EvaluationTransform, _setup.Configuration.Batch, images => _observer.Validating(images, total), _observer.Answered, _setup.Configuration.Metric, cancellation: cancellation);
        }
        catch (OperationCanceledException)
        {
            _averages?.Swap();
            Save(_folder.LastCheckpointPath, _averages);
            return false;
        }

        double meanLoss = _lossSum / stepsPerEpoch;
        bool isBest = !(evaluation.Score <= _best);
        (_epoch, _stepInEpoch, _lossSum) = (_epoch + 1, 0, 0);
        _epochsWithoutBetter = isBest ? 0 : _epochsWithoutBetter + 1;
        _plateau?.EpochDone(evaluation.Score);
        if (isBest)
        {
            // Where weights are averaged, these are the averages that were validated.
            _best = evaluation.Score;
            Save(_folder.BestCheckpointPath);
        }

        _averages?.Swap();
        _log.Append(_globalStep,
        [
            KeyValuePair.Create<string, double?>("epoch", _epoch),
            KeyValuePair.Create<string, double?>("train_loss", meanLoss),
            KeyValuePair.Create<string, double?>("validation_score", evaluation.Score),
            KeyValuePair.Create<string, double?>("empty_score", evaluation.EmptyScore),
            KeyValuePair.Create<string, double?>("pixel_accuracy", evaluation.Confusion?.PixelAccuracy),
        ]);

        // The newest checkpoint comes after all else that tells of this epoch: a run that is killed before it does the epoch again, and after it nothing is missing.
        KeepEpoch();
        _observer.EpochDone(Progress(stepsPerEpoch), meanLoss, evaluation, isBest);
        Save(_folder.LastCheckpointPath, _averages);
        return true;
    }

    private RunProgress Progress(int stepsPerEpoch) =>
        new(_epoch, _setup.Configuration.Epochs, _stepInEpoch, stepsPerEpoch, _globalStep, _setup.Configuration.Batch * _setup.Configuration.Training.Accumulate);

    // The checkpoint of this epoch beside those of the epochs before it, and the oldest makes room.
    private void KeepEpoch()
    {
        int keep = _setup.Configuration.Training.KeepLast;
        if (keep == 0)
            return;
        Save(_folder.EpochCheckpointPath(_epoch), _averages);
        File.Delete(_folder.EpochCheckpointPath(_epoch - keep));
    }

    private void Save(string path, AveragedWeights? averages = null) => ModelCheckpoint.Save(path, _setup.Model, _setup.Optimizer, new CheckpointMetadata
    {
        Model = _setup.Model.Name,
        Notes = new Dictionary<string, string> { [NetworkClasses.NoteName] = NetworkClasses.Of(_setup.Data.Train).ToJson() },
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
            Counters = new Dictionary<string, ulong> { [WithoutBetter] = (ulong)_epochsWithoutBetter },
            Values = Values(),
        },
    }, averages);

    private Dictionary<string, double> Values()
    {
        var values = new Dictionary<string, double> { ["loss_sum"] = _lossSum };
        _plateau?.WriteTo(values);
        return values;
    }

    private void Restore(Checkpoint checkpoint)
    {
        TrainingState state = checkpoint.Metadata.State
            ?? throw new WeightFileException($"'{checkpoint.File.Path}' holds weights only, so no run can go on from it");
        ModelCheckpoint.LoadWeights(checkpoint, _setup.Model);
        ModelCheckpoint.LoadOptimizer(checkpoint, _setup.Optimizer);
        if (_averages is not null)
            ModelCheckpoint.LoadAverages(checkpoint, _averages);
        _plateau?.ReadFrom(state.Values);
        _epochsWithoutBetter = (long)state.Counters.GetValueOrDefault(WithoutBetter);
        _setup.Optimizer.Updates = state.OptimizerSteps;
        (_epoch, _stepInEpoch, _globalStep, _best) = ((int)state.Epoch, (int)state.StepInEpoch, state.GlobalStep, state.BestMetric);
        _lossSum = state.Values.GetValueOrDefault("loss_sum");
    }
}
