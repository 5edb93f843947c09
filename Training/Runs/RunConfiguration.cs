using SegFromScratch.Engine.Devices;
using SegFromScratch.Training.Files;

namespace SegFromScratch.Training.Runs;

/// <summary>Everything that a run was asked to do: with the same data and the same program it gives the same weights again.</summary>
public sealed record RunConfiguration
{
    /// <summary>The format's number that this program writes.</summary>
    public const int CurrentFormat = 1;

    /// <summary>The format's number of the file.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>The model and its options.</summary>
    public NamedOptions Model { get; init; } = new() { Name = "unet" };

    /// <summary>A weight file that the run starts from; null: random weights.</summary>
    public string? Weights { get; init; }

    /// <summary>True to take from <see cref="Weights"/> what fits and leave the rest random; else all must fit.</summary>
    public bool PartialWeights { get; init; }

    /// <summary>The data set.</summary>
    public DataOptions Data { get; init; } = new();

    /// <summary>The loss and its options.</summary>
    public NamedOptions Loss { get; init; } = new() { Name = "auto" };

    /// <summary>The optimiser.</summary>
    public OptimizerOptions Optimizer { get; init; } = new();

    /// <summary>The learning-rate schedule and its options.</summary>
    public NamedOptions Schedule { get; init; } = new() { Name = "constant" };

    /// <summary>Which parts stand still or learn at other rates.</summary>
    public FineTuningOptions FineTuning { get; init; } = new();

    /// <summary>How the run goes through its steps and epochs.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>The score on validation by which the best checkpoint is kept; <c>auto</c> takes the usual one of the data.</summary>
    public string Metric { get; init; } = Metrics.MetricCatalog.Auto;

    /// <summary>Random changes of training samples.</summary>
    public AugmentationSettings Augmentation { get; init; } = new();

    /// <summary>Passes over the training samples, at least 1.</summary>
    public int Epochs { get; init; } = 50;

    /// <summary>The most steps of an epoch; null: all that the training samples give.</summary>
    public int? StepsPerEpoch { get; init; }

    /// <summary>Images a step, at least 1.</summary>
    public int Batch { get; init; } = 4;

    /// <summary>The seed of every random choice but the split.</summary>
    public long Seed { get; init; }

    /// <summary>The device, for example <c>cpu</c>; <c>auto</c> takes the best.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Threads that compute on a CPU; 0: one a core.</summary>
    public int Threads { get; init; }

    /// <summary>With which numbers products are computed: fp32, tf32 or bf16. Weights and sums are float32 in any case.</summary>
    public string Precision { get; init; } = MatrixPrecisions.Name(MatrixPrecision.Float32);

    /// <summary>True gives each step to a CUDA device as one graph.</summary>
    public bool CudaGraph { get; init; }

    /// <summary>Reads a configuration; settings that it does not name have their defaults.</summary>
    /// <exception cref="ConfigurationException">The file is missing or no JSON, has an unknown or wrong setting, or is of a newer format.</exception>
    public static RunConfiguration Load(string path) => ConfigurationFile.Load(path);

    /// <summary>Reads a configuration that is in memory already.</summary>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="text">JSON.</param>
    /// <exception cref="ConfigurationException">It is no JSON, has an unknown or wrong setting, or is of a newer format.</exception>
    public static RunConfiguration Parse(string name, string text) => ConfigurationFile.Parse(name, text);

    /// <summary>Writes the configuration with all settings, as a whole or not at all.</summary>
    /// <exception cref="FileWriteException">The file cannot be written.</exception>
    public void Save(string path) => AtomicFile.WriteText(path, ToJson());

    /// <summary>The configuration as indented JSON with all settings; equal configurations give equal text.</summary>
    public string ToJson() => ConfigurationFile.ToJson(this);

    /// <summary>Opens a device's abilities that the run was asked to use.</summary>
    /// <exception cref="DeviceException">The device has not got them; the message says which has.</exception>
    public void ApplyTo(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        device.Precision = MatrixPrecisions.Parse(Precision);
        device.UseGraphs = CudaGraph;
    }

    /// <summary>Checks that numbers are in their ranges.</summary>
    /// <exception cref="ConfigurationException">One is not; the message names the setting, the range and the value.</exception>
    public void Validate()
    {
        Require(Epochs >= 1, "epochs", "at least 1", Epochs);
        Require(Batch >= 1, "batch", "at least 1", Batch);
        Require(StepsPerEpoch is null or >= 1, "steps_per_epoch", "at least 1", StepsPerEpoch);
        Require(!PartialWeights || Weights is not null, "partial_weights", "false where no weights are given", null);
        Require(Threads >= 0, "threads", "0 or more", Threads);
        Require(MatrixPrecisions.Names.Contains(Precision), "precision", $"one of {string.Join(", ", MatrixPrecisions.Names)}", null);
        Require(Data.ValidationShare is > 0 and < 1, "data.validation_share", "above 0 and below 1", Data.ValidationShare);
        Require(Data.IgnoreIndex is null or (>= 0 and <= 255), "data.ignore_index", "from 0 to 255", Data.IgnoreIndex);
        RequireSize("data.image", Data.ImageWidth, Data.ImageHeight);
        Require(Data.ShorterSide is null or >= 1, "data.shorter_side", "at least 1", Data.ShorterSide);
        Require(Data.ShorterSide is null || Data.ImageWidth is null, "data.shorter_side", "left out where image_width and image_height are given", Data.ShorterSide);
        RequireSize("augmentation.crop", Augmentation.CropWidth, Augmentation.CropHeight);
        CheckAugmentation();
        RequirePositive("optimizer.learning_rate", Optimizer.LearningRate);
        RequirePositive("optimizer.epsilon", Optimizer.Epsilon);
        RequirePositive("optimizer.gradient_clip", Optimizer.GradientClip ?? 1);
        Require(Optimizer.WeightDecay >= 0 && double.IsFinite(Optimizer.WeightDecay), "optimizer.weight_decay", "0 or more", Optimizer.WeightDecay);
        RequireDecay("optimizer.momentum", Optimizer.Momentum);
        RequireDecay("optimizer.smoothing", Optimizer.Smoothing);
        RequireDecay("optimizer.beta1", Optimizer.Beta1);
        RequireDecay("optimizer.beta2", Optimizer.Beta2);
        Require(Training.Accumulate >= 1, "training.accumulate", "at least 1", Training.Accumulate);
        Require(Training.AverageDecay is null or (> 0 and < 1), "training.average_decay", "above 0 and below 1", Training.AverageDecay);
        Require(Training.Patience is null or >= 1, "training.patience", "at least 1", Training.Patience);
        Require(Training.KeepLast >= 0, "training.keep_last", "0 or more", Training.KeepLast);
        Require(Metrics.MetricCatalog.IsKnown(Metric), "metric", $"one of {string.Join(", ", [Metrics.MetricCatalog.Auto, .. Metrics.MetricCatalog.Names])}", null);
        Require(FineTuningOptions.BatchNormalizationNames.Contains(FineTuning.BatchNormalization),
            "fine_tuning.batch_normalization", $"one of {string.Join(", ", FineTuningOptions.BatchNormalizationNames)}", null);
        foreach ((string part, double scale) in FineTuning.LearningRateScales)
            RequirePositive($"fine_tuning.learning_rate_scales.{part}", scale);
    }

    private void CheckAugmentation()
    {
        try
        {
            Augmentation.Check();
        }
        catch (ArgumentException cause)
        {
            throw new ConfigurationException(cause.Message, cause);
        }
    }

    private static void RequirePositive(string setting, double value) => Require(value > 0 && double.IsFinite(value), setting, "above 0", value);

    private static void RequireDecay(string setting, double value) => Require(value is >= 0 and < 1, setting, "from 0 to below 1", value);

    private static void RequireSize(string setting, int? width, int? height)
    {
        Require(width is null or >= 1, $"{setting}_width", "at least 1", width);
        Require(height is null or >= 1, $"{setting}_height", "at least 1", height);
        Require(width is null == height is null, $"{setting}_{(width is null ? "width" : "height")}", "given too, or neither size", null);
    }

    // A range that is not met, NaN included, must end here: the condition says what is right, not what is wrong.
    private static void Require(bool holds, string setting, string range, IFormattable? value)
    {
        if (!holds)
            throw new ConfigurationException($"The setting '{setting}' must be {range}{(value is null ? "" : $", not {value.ToString(null, System.Globalization.CultureInfo.InvariantCulture)}")}.");
    }
}
