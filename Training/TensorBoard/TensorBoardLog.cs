using SegFromScratch.Layers.Models;
using SegFromScratch.Training.Reports.Pictures;
using SegFromScratch.Training.Runs;
using SegFromScratch.Training.Trainer;

namespace SegFromScratch.Training.TensorBoard;

/// <summary>Writes a run's numbers, pictures and weights into its event files.</summary>
public sealed class TensorBoardLog : IDisposable
{
    // How long a step may wait until a TensorBoard that is watching can see it.
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(5);

    private readonly EventFile _file;
    private readonly TimeProvider _clock;
    private long _flushed;

    private TensorBoardLog(EventFile file, TimeProvider clock) => (_file, _clock, _flushed) = (file, clock, clock.GetTimestamp());

    /// <summary>Begins a new event file for a run that begins or goes on. Steps that a killed process had done and saved, but not yet handed to its event file, are written anew.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="step">Steps that it has done.</param>
    /// <param name="history">These steps.</param>
    /// <param name="clock">Null for the system's.</param>
    /// <exception cref="Files.FileWriteException">It cannot be written.</exception>
    public static TensorBoardLog Begin(RunFolder folder, long step, StepHistory history, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(history);
        EventFile file = EventFile.Begin(folder.EventsPath, step, clock);
        var log = new TensorBoardLog(file, clock ?? TimeProvider.System);
        foreach (StepRecord lost in history.Steps.Where(done => done.Step > file.LastStep && done.Step <= step))
            log.WriteStep(lost.Step, lost.Loss, lost.LearningRate);
        log.Flush();
        return log;
    }

    /// <summary>Writes a step's loss and learning rate.</summary>
    /// <exception cref="Files.FileWriteException">It cannot be written.</exception>
    public void WriteStep(long step, double loss, double learningRate)
    {
        _file.WriteScalars(step, KeyValuePair.Create("train/loss", loss), KeyValuePair.Create("train/learning_rate", learningRate));
        if (_clock.GetElapsedTime(_flushed) >= s_longestWait)
            Flush();
    }

    /// <summary>Writes the mean loss of an epoch and the scores on validation.</summary>
    /// <exception cref="Files.FileWriteException">It cannot be written.</exception>
    public void WriteEpoch(EpochSummary epoch, string metric, IReadOnlyList<string> classNames)
    {
        ArgumentNullException.ThrowIfNull(epoch);
        ArgumentNullException.ThrowIfNull(metric);
        List<KeyValuePair<string, double>> values =
        [
            KeyValuePair.Create("epoch/train_loss", epoch.TrainLoss),
            KeyValuePair.Create($"validation/{Tag(metric)}", epoch.Score),
        ];
        Add("validation/predicting_nothing", epoch.EmptyScore);
        Add("validation/pixel_accuracy", epoch.PixelAccuracy);
        for (int index = 0; index < epoch.Classes.Count; index++)
        {
            string name = $"classes/{Tag(classNames[index])}";
            Add($"{name}/iou", epoch.Classes[index].IoU);
            Add($"{name}/dice", epoch.Classes[index].Dice);
            Add($"{name}/recall", epoch.Classes[index].Recall);
            Add($"{name}/precision", epoch.Classes[index].Precision);
        }

        _file.WriteScalars(epoch.Step, values);
        Flush();

        void Add(string tag, double? value)
        {
            if (value is { } number)
                values.Add(KeyValuePair.Create(tag, number));
        }
    }

    /// <summary>Writes the pictures that are the same in all epochs.</summary>
    /// <exception cref="Files.FileWriteException">They cannot be written.</exception>
    public void WritePictures(long step, IEnumerable<StoredPicture> pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        int number = 0;
        foreach (StoredPicture picture in pictures.Where(picture => picture.Summary.Group == PictureGroup.First))
            _file.WriteImage(step, $"validation/picture {++number}", picture.Width, picture.Height, picture.Png.Span);
        Flush();
    }

    /// <summary>Writes how large the weights are.</summary>
    /// <exception cref="Files.FileWriteException">They cannot be written.</exception>
    public void WriteWeights(long step, SegmentationModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        foreach ((string name, Layers.Modules.Parameter parameter) in model.Parameters())
            _file.WriteHistogram(step, $"weights/{name}", ValueHistogram.Of(parameter.Value.ToArray()));
        Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void Flush()
    {
        _file.Flush();
        _flushed = _clock.GetTimestamp();
    }

    // '/' makes groups.
    private static string Tag(string name) => name.Replace(' ', '_').Replace('/', '_');
}
