using System.CommandLine;
using System.Globalization;
using SegFromScratch.Training.Losses;
using SegFromScratch.Training.Optimization;
using SegFromScratch.Training.Runs;
using SegFromScratch.Training.Trainer;

namespace SegFromScratch.Apps.Seg.Commands;

/// <summary>The options of <c>seg train</c>, and the configuration that they make.</summary>
internal sealed class TrainOptions
{
    private const string SyntheticFolder = "data/synthetic-steel";

    private readonly Option<string?> _data = new("--data") { Description = "A folder of pictures with masks or polygons, in one of the layouts of --layout. Without it, synthetic steel strips with four defect classes are generated." };
    private readonly SplitOptions _split = new();
    private readonly Option<string> _model = ModelOptions.Model();
    private readonly Option<string[]> _settings = ModelOptions.Settings();
    private readonly Option<int?> _baseFilters = new("--base-filters") { Description = "Filters of the network's first level; without it the network's own number." };
    private readonly Option<double?> _dropout = new("--dropout") { Description = "The share of activations dropped; without it the network's own." };
    private readonly Option<string?> _weights = new("--weights") { Description = "Start from the weights in this .safetensors, .pth or .pt file." };
    private readonly Option<bool> _partial = new("--partial") { Description = "Take from --weights what fits and leave the rest random." };
    private readonly Option<int?> _outputStride = new("--output-stride") { Description = "Pixels of the picture for each pixel of the deepest features, for networks with dilated encoders: 8 or 16; without it the network's own." };
    private readonly Option<bool?> _auxiliaryHeads = new("--auxiliary-heads") { Description = "Train with the network's extra outputs (auxiliary head, deep supervision), or without; without it as the network's authors do." };
    private readonly Option<int> _epochs = new("--epochs") { Description = "Passes over the training pictures.", DefaultValueFactory = _ => 8 };
    private readonly Option<int?> _stepsPerEpoch = new("--steps-per-epoch") { Description = "The most steps of an epoch; without it all pictures are used." };
    private readonly Option<int> _batch = new("--batch") { Description = "Pictures a step.", DefaultValueFactory = _ => 8 };
    private readonly Option<string?> _size = new("--size") { Description = "Bring every picture to WIDTHxHEIGHT, such as 480x352." };
    private readonly Option<string?> _crop = new("--crop") { Description = "Train on random pieces of WIDTHxHEIGHT." };
    private readonly Option<string?> _scale = new("--scale") { Description = "Enlarge or shrink at random: LEAST-GREATEST, such as 0.5-2." };
    private readonly Option<bool> _flip = new("--flip") { Description = "Mirror left and right at random." };
    private readonly Option<bool> _flipVertical = new("--flip-vertical") { Description = "Mirror top and bottom at random." };
    private readonly Option<double> _light = new("--light") { Description = "Change brightness and contrast at random by up to this share, such as 0.2." };
    private readonly Option<string> _loss = new("--loss") { Description = LossHelp(), DefaultValueFactory = _ => LossFactory.Auto };
    private readonly Option<string> _classWeights = Choice("--class-weights", "Lets rare classes count more, for cross-entropy.", "none", LossFactory.ClassWeightNames);
    private readonly Option<string> _optimizer = Choice("--optimizer", "How weights change.", "adam", OptimizerFactory.Names);
    private readonly Option<double> _learningRate = new("--learning-rate", "--lr") { Description = "The highest learning rate.", DefaultValueFactory = _ => 1e-2 };
    private readonly Option<double> _weightDecay = new("--weight-decay") { Description = "Pulls weights towards zero." };
    private readonly Option<string> _schedule = Choice("--schedule", "How the learning rate falls over the run.", "cosine", LearningRateSchedule.Names);
    private readonly FineTuningArguments _fineTuning = new();
    private readonly Option<int?> _ignoreIndex = new("--ignore-index") { Description = "The mask value that does not count; without it 11 for CamVid, else 255." };
    private readonly Option<bool> _skipDamaged = new("--skip-damaged") { Description = "Replace damaged pictures by others instead of ending." };
    private readonly Option<long> _seed = new("--seed") { Description = "Fixes everything random: the same seed gives the same bits.", DefaultValueFactory = _ => 1 };
    private readonly Option<string> _device = CommonOptions.Device();
    private readonly Option<int> _threads = CommonOptions.Threads();

    /// <summary>Puts the options into a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_data, _model, _settings, _baseFilters, _dropout, _outputStride, _auxiliaryHeads, _weights, _partial, _epochs, _stepsPerEpoch, _batch, _size, _crop, _scale, _flip, _flipVertical, _light, _loss, _classWeights, _optimizer, _learningRate, _weightDecay, _schedule, .. _fineTuning.Options, _ignoreIndex, _skipDamaged, _seed, _device, _threads])
            command.Options.Add(option);
        foreach (Option option in _split.All)
            command.Options.Add(option);
    }

    /// <summary>The options of network and data that were given, which a resumed run does not take.</summary>
    public IReadOnlyList<string> Given(ParseResult result) =>
        [.. ((Option[])[_data, _model, _settings, _baseFilters, _dropout, _outputStride, _auxiliaryHeads, _weights, _partial, _batch, _size, _crop, _loss, _optimizer, _classWeights, _learningRate, _schedule, .. _fineTuning.Options, _seed, .. _split.All]).Where(option => result.GetResult(option) is { Implicit: false }).Select(option => option.Name)];

    /// <summary>The configuration that was asked for.</summary>
    /// <exception cref="ConfigurationException">A value cannot be read.</exception>
    public RunConfiguration Configuration(ParseResult result)
    {
        (int Width, int Height)? size = Size(result.GetValue(_size), "--size"), crop = Size(result.GetValue(_crop), "--crop");
        (double least, double greatest) = Scale(result.GetValue(_scale));
        string? data = result.GetValue(_data);
        var split = _split.Read(result);
        double light = result.GetValue(_light);
        return new RunConfiguration
        {
            Model = Model(result),
            Weights = result.GetValue(_weights) is { } weights ? Path.GetFullPath(weights) : null,
            PartialWeights = result.GetValue(_partial),
            Data = new DataOptions
            {
                Path = Path.GetFullPath(data ?? SyntheticFolder),
                Layout = data is null ? DataSource.Synthetic : split.Layout,
                Table = split.Table,
                Split = split.Split,
                SplitSeed = split.Seed,
                ValidationShare = split.ValidationShare,
                ImageWidth = size?.Width,
                ImageHeight = size?.Height,
                IgnoreIndex = result.GetValue(_ignoreIndex),
                SkipDamaged = result.GetValue(_skipDamaged),
            },
            Loss = Loss(result),
            Optimizer = new OptimizerOptions { Name = result.GetRequiredValue(_optimizer), LearningRate = result.GetValue(_learningRate), WeightDecay = result.GetValue(_weightDecay) },
            Schedule = new NamedOptions { Name = result.GetRequiredValue(_schedule) },
            FineTuning = _fineTuning.Read(result),
            Augmentation = new AugmentationSettings
            {
                CropWidth = crop?.Width,
                CropHeight = crop?.Height,
                HorizontalFlip = result.GetValue(_flip),
                VerticalFlip = result.GetValue(_flipVertical),
                MinimumScale = least,
                MaximumScale = greatest,
                Brightness = light,
                Contrast = light,
            },
            Epochs = result.GetValue(_epochs),
            StepsPerEpoch = result.GetValue(_stepsPerEpoch),
            Batch = result.GetValue(_batch),
            Seed = result.GetValue(_seed),
            Device = result.GetRequiredValue(_device),
            Threads = result.GetValue(_threads),
        };
    }

    private static Option<string> Choice(string name, string description, string standard, IEnumerable<string> values)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => standard };
        option.AcceptOnlyFromAmong([.. values]);
        return option;
    }

    private static string LossHelp() =>
        $"What is made small: {LossTerm.Grammar}. auto takes cross-entropy for class maps and bce-dice (bce+dice) for masks that may overlap. There are: "
        + string.Join("; ", LossFactory.Summaries.Select(loss => $"{loss.Key}: {loss.Value}")) + ".";

    private NamedOptions Model(ParseResult result)
    {
        NamedOptions model = ModelOptions.With(new NamedOptions { Name = result.GetRequiredValue(_model) }, result.GetValue(_settings));
        if (result.GetValue(_baseFilters) is { } filters)
            model = model.With("base_filters", filters.ToString(CultureInfo.InvariantCulture));
        if (result.GetValue(_dropout) is { } dropout)
            model = model.With("dropout", dropout.ToString(CultureInfo.InvariantCulture));
        if (result.GetValue(_outputStride) is { } stride)
            model = model.With("output_stride", stride.ToString(CultureInfo.InvariantCulture));
        if (result.GetValue(_auxiliaryHeads) is { } heads)
            model = model.With("auxiliary_heads", heads ? "true" : "false");
        return model;
    }

    private NamedOptions Loss(ParseResult result)
    {
        var loss = new NamedOptions { Name = result.GetRequiredValue(_loss) };
        string weights = result.GetRequiredValue(_classWeights);
        return weights == "none" ? loss : loss.With("class_weights", weights);
    }

    /// <summary>Reads WIDTHxHEIGHT.</summary>
    /// <exception cref="ConfigurationException">It is something else.</exception>
    public static (int Width, int Height) ReadSize(string text, string option)
    {
        string[] parts = text.Split('x', 'X');
        return parts.Length == 2 && int.TryParse(parts[0], CultureInfo.InvariantCulture, out int width) && int.TryParse(parts[1], CultureInfo.InvariantCulture, out int height) && width > 0 && height > 0
            ? (width, height)
            : throw new ConfigurationException($"{option} {text}: give WIDTHxHEIGHT, such as 480x352.");
    }

    private static (int Width, int Height)? Size(string? text, string option) => text is null ? null : ReadSize(text, option);

    private static (double Least, double Greatest) Scale(string? text)
    {
        if (text is null)
            return (1, 1);
        string[] parts = text.Split('-');
        return parts.Length == 2 && double.TryParse(parts[0], CultureInfo.InvariantCulture, out double least) && double.TryParse(parts[1], CultureInfo.InvariantCulture, out double greatest) && least > 0 && greatest >= least
            ? (least, greatest)
            : throw new ConfigurationException($"--scale {text}: give LEAST-GREATEST, such as 0.5-2.");
    }
}
