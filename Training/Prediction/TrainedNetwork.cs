using SegFromScratch.Engine.Devices;
using SegFromScratch.Layers.Models;
using SegFromScratch.Training.Data;
using SegFromScratch.Training.Data.Transforms;
using SegFromScratch.Training.Images;
using SegFromScratch.Training.Metrics;
using SegFromScratch.Training.Runs;
using SegFromScratch.Training.Trainer;
using SegFromScratch.Training.Weights;

namespace SegFromScratch.Training.Prediction;

/// <summary>
/// The network of a run, ready to predict: its weights, what its classes are, and how pictures are brought to its size and numbers.
/// It needs the run's folder and not the data that it was trained on.
/// </summary>
public sealed class TrainedNetwork
{
    private TrainedNetwork(RunFolder folder, RunConfiguration configuration, SegmentationModel model, NetworkClasses classes, long epoch)
    {
        (Folder, Configuration, Model, Classes, Epoch) = (folder, configuration, model, classes, epoch);
        Transform = DataSource.EvaluationTransformOf(configuration.Data);
        Thresholds = classes.MayOverlap ? DecisionThresholds.Load(folder.ThresholdsPath, classes.Names.Count) : null;
    }

    /// <summary>The run's folder.</summary>
    public RunFolder Folder { get; }

    /// <summary>What the run was asked to do, with the division of the data that it made.</summary>
    public RunConfiguration Configuration { get; }

    /// <summary>The network with its weights.</summary>
    public SegmentationModel Model { get; }

    /// <summary>What its answers mean.</summary>
    public NetworkClasses Classes { get; }

    /// <summary>The epoch after which the weights were saved, from 1.</summary>
    public long Epoch { get; }

    /// <summary>How pictures are brought to the size and the numbers of training.</summary>
    public SampleTransform Transform { get; }

    /// <summary>The thresholds that were searched on validation; null where none were, or where each pixel has one class.</summary>
    public DecisionThresholds? Thresholds { get; }

    /// <summary>The size of what the network saw in a training step: the crop, or the size of images; null where they were as they are in their files.</summary>
    public (int Width, int Height)? TrainingSize =>
        Configuration.Augmentation is { CropWidth: { } cropWidth, CropHeight: { } cropHeight } ? (cropWidth, cropHeight)
        : Configuration.Data is { ImageWidth: { } width, ImageHeight: { } height } ? (width, height)
        : null;

    /// <summary>Loads a checkpoint of a run.</summary>
    /// <param name="run">The run's folder.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="checkpointName">Which, as <see cref="RunFolder.CheckpointPathOf"/> knows them; the best without it.</param>
    /// <exception cref="ConfigurationException">The folder holds no run, its configuration cannot be read, or there is no such name of a checkpoint.</exception>
    /// <exception cref="WeightFileException">The checkpoint is missing, damaged or of another network.</exception>
    /// <exception cref="DataSetException">The checkpoint does not name its classes, and the data cannot be opened.</exception>
    public static TrainedNetwork Load(string run, Device device, string checkpointName = RunFolder.BestName)
    {
        RunFolder folder = RunFolder.Find(run);
        RunConfiguration configuration = folder.LoadConfiguration();
        string path = folder.CheckpointPathOf(checkpointName);
        using Checkpoint checkpoint = Checkpoint.Load(path);

        // Checkpoints of early versions do not name their classes.
        NetworkClasses classes = checkpoint.Metadata.Notes.TryGetValue(NetworkClasses.NoteName, out string? note)
            ? NetworkClasses.Parse(path, note)
            : NetworkClasses.Of(DataSource.Open(configuration.Data).Train);
        SegmentationModel model = TrainingSetup.CreateModel(configuration, device, classes.Names.Count);
        ModelCheckpoint.LoadWeights(checkpoint, model);
        return new TrainedNetwork(folder, configuration, model, classes, checkpoint.Metadata.State?.Epoch ?? 0);
    }

    /// <summary>Makes a predictor. Thresholds that the options do not name are those that were searched.</summary>
    /// <param name="options">Size, tiles, views, CRF; null: the picture as in training.</param>
    public Predictor CreatePredictor(PredictionOptions? options = null)
    {
        PredictionOptions chosen = options ?? new PredictionOptions();
        return new Predictor(Model, Transform, Classes.MayOverlap, chosen with { Thresholds = chosen.Thresholds ?? Thresholds });
    }

    /// <summary>The masks of a picture of any size. For many pictures make one predictor with <see cref="CreatePredictor"/>.</summary>
    public Prediction Predict(Image image) => CreatePredictor().Predict(image);
}
