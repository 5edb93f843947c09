using SegFromScratch.Training.Data;
using SegFromScratch.Training.Data.Loading;
using SegFromScratch.Training.Reports.Pictures;
using SegFromScratch.Training.Reports.Svg;
using SegFromScratch.Training.Runs;
using SegFromScratch.Training.TensorBoard;
using SegFromScratch.Training.Trainer;

namespace SegFromScratch.Training.Reports;

/// <summary>
/// Keeps a run's <c>report.html</c>, <c>summary.json</c>, pictures and TensorBoard events while it trains. It only reads what training has computed, so the run's
/// bits are the same without it. Numbers are written at once; the page and the pictures at the end of an epoch, and the page every half minute, as long as
/// all of this took no more than 1 % of the time, and always at the end.
/// </summary>
/// <param name="folder">The run.</param>
/// <param name="command">The command that started or resumed it, for the page.</param>
/// <param name="withWeights">Write histograms of all weights after each epoch.</param>
/// <param name="clock">Null for the system's.</param>
public sealed class RunWatch(RunFolder folder, string command, bool withWeights = false, TimeProvider? clock = null) : ITrainingObserver, IDisposable
{
    private const double ShareOfTime = 0.01;
    private static readonly TimeSpan s_betweenPages = TimeSpan.FromSeconds(30);

    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly WorkBudget _budget = new(ShareOfTime, clock);
    private TrainingSetup? _setup;
    private TensorBoardLog? _events;
    private ValidationPictures? _pictures;
    private StepHistory _steps = new();
    private RunSummary _summary = new();
    private IReadOnlyList<StoredPicture> _stored = [];
    private long _epochStart, _pageWritten;

    /// <inheritdoc/>
    public void Started(TrainingSetup setup, RunProgress progress)
    {
        ArgumentNullException.ThrowIfNull(setup);
        _setup = setup;
        _budget.Start();
        RunSummary before = File.Exists(folder.SummaryPath) ? RunSummary.Load(folder.SummaryPath) : new RunSummary();
        _summary = Describe(setup, progress, before);
        _steps = StepHistory.Load(folder.StepsCsvPath, progress.GlobalStep);
        _stored = StoredPicture.Load(folder, _summary);
        _pictures = new ValidationPictures(setup.Data.Validation, setup.Normalization);
        _events = TensorBoardLog.Begin(folder, progress.GlobalStep, _steps, _clock);
        _summary.Save(folder.SummaryPath);
        WritePage();
        _epochStart = _clock.GetTimestamp();
    }

    /// <inheritdoc/>
    public void StepDone(RunProgress progress, float loss, double learningRate)
    {
        _steps.Add(new StepRecord(progress.GlobalStep, loss, learningRate));
        _events!.WriteStep(progress.GlobalStep, loss, learningRate);
        if (_clock.GetElapsedTime(_pageWritten) >= s_betweenPages && _budget.Allows)
            _budget.Spend(WritePage);
    }

    /// <inheritdoc/>
    public void Validating(int images, int total)
    {
    }

    /// <inheritdoc/>
    public void Answered(Batch batch, ReadOnlySpan<int> classes, ReadOnlySpan<float> probabilities) => _pictures!.Add(batch, classes, probabilities);

    /// <inheritdoc/>
    public void EpochDone(RunProgress progress, double meanLoss, Evaluation evaluation, bool isBest)
    {
        ArgumentNullException.ThrowIfNull(evaluation);
        EpochSummary epoch = EpochSummaries.Of(progress, meanLoss, evaluation, _clock.GetElapsedTime(_epochStart));
        _epochStart = _clock.GetTimestamp();
        _summary = _summary.With(epoch) with { Metric = evaluation.Metric };
        _events!.WriteEpoch(epoch, evaluation.Metric, _summary.ClassNames);
        if (withWeights)
            _events.WriteWeights(progress.GlobalStep, _setup!.Model);
        if (progress.Epoch >= progress.Epochs || _budget.Allows)
            _budget.Spend(() => Draw(progress));
        else
            _summary.Save(folder.SummaryPath);
        _pictures!.Clear();
    }

    /// <summary>Writes the page for the last time.</summary>
    /// <param name="finished">True if all epochs are done, false if the run was stopped.</param>
    /// <exception cref="Files.FileWriteException">The page cannot be written.</exception>
    public void Close(bool finished)
    {
        if (_setup is null)
            return;
        _summary = _summary with { State = finished ? RunState.Finished : RunState.Stopped };
        _summary.Save(folder.SummaryPath);
        WritePage();
        Dispose();
    }

    /// <inheritdoc/>
    public void Dispose() => _events?.Dispose();

    private void Draw(RunProgress progress)
    {
        _stored = StoredPicture.Save(folder, _pictures!, progress.Epoch);
        _summary = _summary with { Pictures = [.. _stored.Select(picture => picture.Summary)] };
        _summary.Save(folder.SummaryPath);
        _events!.WritePictures(progress.GlobalStep, _stored);
        WritePage();
    }

    private void WritePage()
    {
        RunReport.Write(folder, _summary, _steps, _stored);
        _pageWritten = _clock.GetTimestamp();
    }

    private RunSummary Describe(TrainingSetup setup, RunProgress progress, RunSummary before)
    {
        IDataSet train = setup.Data.Train;
        return before with
        {
            State = RunState.Running,
            Commands = [.. before.Commands, command],
            Model = setup.Model.Name,
            TrainedParameters = setup.Model.TrainedCount,
            TotalParameters = setup.Model.TotalCount,
            Data = setup.Data.Layout,
            TrainImages = train.Count,
            ValidationImages = setup.Data.Validation.Count,
            Device = $"{setup.Device.Name}: {setup.Device.Description}",
            Loss = setup.Loss.Name,
            Optimizer = setup.Optimizer.Name,
            Batch = progress.BatchSize,
            PlannedEpochs = progress.Epochs,
            StepsPerEpoch = progress.StepsPerEpoch,
            ClassNames = train.ClassNames,
            ClassColors = [.. train.ClassColors.Select(Charts.Css)],
            Epochs = [.. EpochSummaries.OfLog(folder.MetricsCsvPath).Select(logged => before.Epochs.FirstOrDefault(epoch => epoch.Step == logged.Step) ?? logged)],
        };
    }
}
