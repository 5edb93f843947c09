using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Memory;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Layers.Models;
using SegFromScratch.Training.Data;
using SegFromScratch.Training.Data.Loading;
using SegFromScratch.Training.Data.Transforms;
using SegFromScratch.Training.Losses;
using SegFromScratch.Training.Optimization;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Training.Trainer;

/// <summary>Everything a run needs, made from its configuration.</summary>
public sealed class TrainingSetup
{
    /// <summary>Opens the data and makes network, loss and optimiser.</summary>
    /// <param name="configuration">What was asked for.</param>
    /// <param name="device">Where to train.</param>
    /// <exception cref="DataSetException">The data cannot be used.</exception>
    /// <exception cref="ArgumentException">The configuration asks for something impossible.</exception>
    public TrainingSetup(RunConfiguration configuration, Device device)
        : this(configuration, device, DataSource.Open(Valid(configuration).Data))
    {
    }

    /// <summary>Makes network, loss and optimiser for data that are open: who opens data and device at the same time waits for the slower one only.</summary>
    /// <param name="configuration">What was asked for.</param>
    /// <param name="device">Where to train.</param>
    /// <param name="data">What <see cref="DataSource.Open"/> gave for the configuration.</param>
    /// <exception cref="ArgumentException">The configuration asks for something impossible.</exception>
    public TrainingSetup(RunConfiguration configuration, Device device, DataSetParts data)
    {
        Configuration = Valid(configuration);
        Device = device;
        Data = data;
        Model = CreateModel(configuration, device, Data.Train.ClassNames.Count);
        FineTuning.Freeze(Model, configuration.FineTuning);
        Normalization = DataSource.NormalizationOf(configuration.Data);
        TrainTransform = new SampleTransform(AugmentationOf(configuration, Data.Train, Model), Normalization);
        EvaluationTransform = DataSource.EvaluationTransformOf(configuration.Data);
        Loss = LossFactory.Create(configuration.Loss, Data.Train, device);
        Optimizer = OptimizerFactory.Create(configuration.Optimizer, Model);
        FineTuning.ScaleLearningRates(Optimizer, Model, configuration.FineTuning);
    }

    /// <summary>What was asked for.</summary>
    public RunConfiguration Configuration { get; }

    /// <summary>Where training runs.</summary>
    public Device Device { get; }

    /// <summary>Training, validation and test data.</summary>
    public DataSetParts Data { get; }

    /// <summary>The network.</summary>
    public SegmentationModel Model { get; }

    /// <summary>How pixels become numbers.</summary>
    public Normalization Normalization { get; }

    /// <summary>What happens to training samples.</summary>
    public SampleTransform TrainTransform { get; }

    /// <summary>What happens to samples of validation and test: nothing random.</summary>
    public SampleTransform EvaluationTransform { get; }

    /// <summary>What is made small.</summary>
    public ISegmentationLoss Loss { get; }

    /// <summary>How.</summary>
    public Optimizer Optimizer { get; }

    private static RunConfiguration Valid(RunConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        configuration.Validate();
        return configuration;
    }

    /// <summary>Makes the network of a configuration.</summary>
    public static SegmentationModel CreateModel(RunConfiguration configuration, Device device, int classes)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        NamedOptions model = configuration.Model;
        return ModelCatalog.Create(model.Name, device, classes, ModelChoicesReader.Read(model), (ulong)configuration.Seed);
    }

    /// <summary>Runs a whole training step that allocates and computes nothing, and tells what it would have needed.</summary>
    /// <param name="batch">Images a pass, if not those of the configuration.</param>
    public BufferPool PlanMemory(int? batch = null)
    {
        var plan = new PlanningDevice(Device);
        SegmentationModel model = CreateModel(Configuration, plan, Model.Classes);
        FineTuning.Freeze(model, Configuration.FineTuning);
        Optimizer optimizer = OptimizerFactory.Create(Configuration.Optimizer, model);
        AveragedWeights? averages = Configuration.Training.AverageDecay is { } decay ? new AveragedWeights(model, decay) : null;
        ISegmentationLoss loss = LossFactory.Create(Configuration.Loss, Data.Train, plan);
        (int sourceWidth, int sourceHeight) = Data.Train.SizeOf(0);
        (int width, int height) = TrainTransform.OutputSize(sourceWidth, sourceHeight);
        var shape = new TensorShape(batch ?? Configuration.Batch, 3, height, width);
        using (var step = new Step(plan, training: true))
        {
            Tensor images = step.Create(new Engine.Dialect.TensorLayout(shape, 1), "images");
            Tensor value = Trainer.TotalLoss(step, model, loss, images, logits => BlankTarget(step, logits));
            step.Backward(value);
            optimizer.Update(Configuration.Optimizer.LearningRate);
            averages?.Follow(1);
        }

        return plan.Pool;
    }

    private BatchTarget BlankTarget(Step step, TensorShape logits) => Data.Train.IsMultiLabel
        ? new BatchTarget(null, step.Create(new Engine.Dialect.TensorLayout(logits, 1), "target layers"))
        : new BatchTarget(step.CreateArray<int>(logits.Batch * logits.Height * logits.Width, "class map"), null);

    // An image whose size the network cannot take is padded to the next one that it can, where no crop was asked for.
    private static AugmentationOptions AugmentationOf(RunConfiguration configuration, IDataSet train, SegmentationModel model)
    {
        AugmentationSettings settings = configuration.Augmentation;
        AugmentationOptions sizes = DataSource.SizesOf(configuration.Data);
        (int sourceWidth, int sourceHeight) = train.SizeOf(0);
        (int width, int height) = new SampleTransform(sizes, Normalization.Unit).OutputSize(sourceWidth, sourceHeight);
        (int Width, int Height)? crop = settings is { CropWidth: { } cropWidth, CropHeight: { } cropHeight } ? (cropWidth, cropHeight) : null;
        if (crop is null && model.Margin == 0 && (model.InputSizeFor(width), model.InputSizeFor(height)) != (width, height))
            crop = (model.InputSizeFor(width), model.InputSizeFor(height));
        return new AugmentationOptions(settings) { Size = sizes.Size, ShorterSide = sizes.ShorterSide, Crop = crop };
    }
}
