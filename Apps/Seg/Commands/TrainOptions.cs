using System.CommandLine;
using System.Globalization;
using SegFromScratch.Apps.Seg.Console.Help;
using SegFromScratch.Training.Data;
using SegFromScratch.Training.Losses;
using SegFromScratch.Training.Metrics;
using SegFromScratch.Training.Recipes;
using SegFromScratch.Training.Runs;
using SegFromScratch.Training.Trainer;

namespace SegFromScratch.Apps.Seg.Commands;

/// <summary>The options of <c>seg train</c>, and the configuration that they make of a recipe or of the standard.</summary>
internal sealed class TrainOptions
{
    // The ways to generate data, each with the layout that stands for it in a configuration and the folder that it is written to.
    private static readonly Dictionary<string, (string Layout, string Folder)> Generated = new()
    {
        ["even"] = (DataSource.Synthetic, "data/synthetic-steel"),
        ["severstal"] = (DataSource.SyntheticSeverstal, "data/synthetic-severstal"),
    };

    /// <summary>What is done where neither a recipe nor an option says otherwise.</summary>
    public static RunConfiguration Standard { get; } = new()
    {
        Optimizer = new OptimizerOptions { Name = "adam", LearningRate = 5e-3 },
        Schedule = new NamedOptions { Name = "cosine" },
        Epochs = 8,
        Batch = 4,
        Seed = 1,
    };

    private readonly Option<string?> _data = new("--data") { HelpName = "folder", Description = "A folder of pictures with masks or polygons, in one of the layouts of --layout. Without it, synthetic steel strips with four defect classes are generated." };
    private readonly Option<string> _synthetic = Choice("--synthetic", "Which strips are generated where there is no --data: even shows the four classes equally often, severstal as the Kaggle set does, where class 2 is rare.", "even", Generated.Keys);
    private readonly SplitOptions _split = new();
    private readonly Option<string> _model = ModelOptions.Model();
    private readonly Option<string[]> _settings = ModelOptions.Settings();
    private readonly Option<int?> _baseFilters = new("--base-filters") { Description = "Filters of the network's first level; without it the network's own number." };
    private readonly Option<double?> _dropout = new("--dropout") { Description = "The share of activations dropped; without it the network's own." };
    private readonly Option<string?> _weights = new("--weights") { HelpName = "file", Description = "Start from the weights in this .safetensors, .pth or .pt file." };
    private readonly Option<bool> _partial = new("--partial") { Description = "Take from --weights what fits and leave the rest random." };
    private readonly Option<int?> _outputStride = new("--output-stride") { Description = "Pixels of the picture for each pixel of the deepest features, for networks with dilated encoders: 8 or 16; without it the network's own." };
    private readonly Option<bool?> _auxiliaryHeads = new("--auxiliary-heads") { Description = "Train with the network's extra outputs (auxiliary head, deep supervision), or without; without it as the network's authors do." };
    private readonly Option<int> _epochs = new("--epochs") { Description = "Passes over the training pictures.", DefaultValueFactory = _ => Standard.Epochs };
    private readonly Option<int?> _stepsPerEpoch = new("--steps-per-epoch") { Description = "The most steps of an epoch; without it all pictures are used." };
    private readonly Option<int> _batch = new("--batch") { Description = "Pictures a step.", DefaultValueFactory = _ => Standard.Batch };
    private readonly Option<string?> _size = new("--size") { HelpName = "WIDTHxHEIGHT", Description = "Bring every picture to WIDTHxHEIGHT, such as 480x352." };
    private readonly Option<int?> _shorterSide = new("--shorter-side") { Description = "Bring every picture's shorter side to so many pixels and keep its proportions; in place of --size. Needs --crop." };
    private readonly Option<string> _loss = new("--loss") { Description = LossHelp(), DefaultValueFactory = _ => LossFactory.Auto };
    private readonly Option<string> _classWeights = Choice("--class-weights", "Lets rare classes count more, for cross-entropy.", "none", LossFactory.ClassWeightNames);
    private readonly Option<string> _metric = Choice("--metric", "The score by which the best checkpoint is kept; auto takes kaggle-dice for masks that may overlap and mean-iou for class maps.", MetricCatalog.Auto, [MetricCatalog.Auto, .. MetricCatalog.Names]);
    private readonly Option<string?> _recipe = new("--recipe") { Description = "Start from a recipe, by name ('seg recipes' lists them) or from a configuration file; the other options go over it.", HelpName = "name or file" };
    private readonly Option<string?> _normalization = new("--normalize") { HelpName = "name", Description = $"How pixels become numbers: {string.Join(", ", DataSource.Normalizations.Keys)}." };
    private readonly OptimizerArguments _optimizer = new();
    private readonly LoopArguments _loop = new();
    private readonly AugmentationArguments _augmentation = new();
    private readonly FineTuningArguments _fineTuning = new();
    private readonly Option<int?> _ignoreIndex = new("--ignore-index") { Description = "The mask value that does not count; without it 11 for CamVid, else 255." };
    private readonly Option<bool> _skipDamaged = new("--skip-damaged") { Description = "Replace damaged pictures by others instead of ending." };
    private readonly Option<long> _seed = new("--seed") { Description = "Fixes everything random: the same seed gives the same bits.", DefaultValueFactory = _ => Standard.Seed };
    private readonly Option<string> _device = CommonOptions.Device();
    private readonly Option<int> _threads = CommonOptions.Threads();
    private readonly Option<string> _precision = CommonOptions.Precision();
    private readonly Option<bool> _cudaGraph = CommonOptions.CudaGraph();

    // In the order of the help: what a newcomer needs first.
    private OptionGroup[] Groups =>
    [
        new("Used most", [_data, _synthetic, _model, _epochs, _batch, _optimizer.LearningRate, _size, _recipe, _weights, _device]),
        new("Data", [.. _split.All, _shorterSide, _normalization, _ignoreIndex, _skipDamaged]),
        new("Network", [_settings, _baseFilters, _dropout, _outputStride, _auxiliaryHeads, _partial]),
        new("Random changes of training pictures", _augmentation.Options),
        new("Loss and score", [_loss, _classWeights, _metric]),
        new("Optimiser and learning rate", _optimizer.OtherOptions),
        new("Through the run", [.. _loop.Options, _stepsPerEpoch, _seed]),
        new("Fine-tuning", _fineTuning.Options),
        new("Processor", [_threads, _precision, _cudaGraph]),
    ];

    private IEnumerable<Option> All => Groups.SelectMany(group => group.Options);

    /// <summary>Puts the options into a command.</summary>
    public void AddTo(GroupedCommand command)
    {
        foreach (OptionGroup group in Groups)
            command.AddGroup(group.Title, group.Options);
    }

    /// <summary>The options that were given, which a resumed run does not take.</summary>
    public IReadOnlyList<string> GivenNames(ParseResult result) => [.. All.Except([_device, _threads]).Where(option => Given.Is(result, option)).Select(option => option.Name)];

    /// <summary>The configuration that was asked for.</summary>
    /// <exception cref="ConfigurationException">A value cannot be read.</exception>
    public RunConfiguration Configuration(ParseResult result)
    {
        RunConfiguration start = result.GetValue(_recipe) is { } recipe ? RecipeCatalog.Load(recipe) : Standard;
        return start with
        {
            Model = Model(start.Model, result),
            Weights = result.GetValue(_weights) is { } weights ? Path.GetFullPath(weights) : start.Weights,
            PartialWeights = Given.Or(result, _partial, start.PartialWeights),
            Data = Data(start.Data, result),
            Loss = Loss(start.Loss, result),
            Optimizer = _optimizer.Over(start.Optimizer, result),
            Schedule = _optimizer.Over(start.Schedule, result),
            FineTuning = _fineTuning.Over(start.FineTuning, result),
            Training = _loop.Over(start.Training, result),
            Augmentation = _augmentation.Over(start.Augmentation, result),
            Metric = Given.Or(result, _metric, start.Metric),
            Epochs = Given.Or(result, _epochs, start.Epochs),
            StepsPerEpoch = Given.Or(result, _stepsPerEpoch, start.StepsPerEpoch),
            Batch = Given.Or(result, _batch, start.Batch),
            Seed = Given.Or(result, _seed, start.Seed),
            Device = Given.Or(result, _device, start.Device),
            Threads = Given.Or(result, _threads, start.Threads),
            Precision = Given.Or(result, _precision, start.Precision),
            CudaGraph = Given.Or(result, _cudaGraph, start.CudaGraph),
        };
    }

    private DataOptions Data(DataOptions start, ParseResult result)
    {
        (int Width, int Height)? size = result.GetValue(_size) is { } text ? ReadSize(text, "--size") : null;
        int? shorterSide = result.GetValue(_shorterSide);
        if (size is not null && shorterSide is not null)
            throw new ConfigurationException("--size and --shorter-side exclude each other; give one.");
        string? data = result.GetValue(_data) ?? (start.Path.Length > 0 ? start.Path : null);
        if (data is not null && Given.Is(result, _synthetic))
            throw new ConfigurationException("--synthetic says what to generate where no data are named; leave it out, or --data.");
        (string layout, string folder) = Generated[result.GetRequiredValue(_synthetic)];
        DataOptions divided = _split.Over(start, result);
        return divided with
        {
            Path = Path.GetFullPath(data ?? folder),
            Layout = data is null ? layout : IsOtherData(start, result) ? DataSets.LayoutNames[0] : divided.Layout,
            ImageWidth = size?.Width ?? (shorterSide is null ? start.ImageWidth : null),
            ImageHeight = size?.Height ?? (shorterSide is null ? start.ImageHeight : null),
            ShorterSide = shorterSide ?? (size is null ? start.ShorterSide : null),
            Normalization = result.GetValue(_normalization) ?? start.Normalization,
            IgnoreIndex = Given.Or(result, _ignoreIndex, start.IgnoreIndex),
            SkipDamaged = Given.Or(result, _skipDamaged, start.SkipDamaged),
        };
    }

    // A configuration that generated its data must not generate them into a folder of pictures.
    private bool IsOtherData(DataOptions start, ParseResult result) => DataSource.IsSynthetic(start.Layout) && Given.Is(result, _data);

    private static Option<string> Choice(string name, string description, string standard, IEnumerable<string> values)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => standard };
        option.AcceptOnlyFromAmong([.. values]);
        return option;
    }

    private static string LossHelp() => string.Join('\n',
    [
        $"What is made small: {LossTerm.Grammar}. auto takes cross-entropy for class maps and focal+dice:each-class for masks that may overlap.",
        .. LossFactory.Summaries.Select(loss => $"{loss.Key}: {loss.Value}"),
        "",
    ]);

    // Another network has other settings: those of the recipe's go with it.
    private NamedOptions Model(NamedOptions start, ParseResult result)
    {
        NamedOptions model = ModelOptions.With(Given.Is(result, _model) ? new NamedOptions { Name = result.GetRequiredValue(_model) } : start, result.GetValue(_settings));
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

    private NamedOptions Loss(NamedOptions start, ParseResult result)
    {
        NamedOptions loss = Given.Is(result, _loss) ? new NamedOptions { Name = result.GetRequiredValue(_loss) } : start;
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
}
