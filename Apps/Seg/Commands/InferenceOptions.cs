using System.CommandLine;
using SegFromScratch.Training.Prediction;
using SegFromScratch.Training.PostProcessing;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Apps.Seg.Commands;

/// <summary>How a network is asked about pictures: at which size, on tiles, on several views, with a dense CRF.</summary>
internal sealed class InferenceOptions
{
    private const string Resized = "resized", Full = "full", Tiled = "tiled";

    private readonly Option<string> _way = new("--inference")
    {
        Description = $"{Resized}: the picture at the size of training, its probabilities enlarged linearly. {Full}: at the picture's own size with the same weights. {Tiled}: at its own size in overlapping tiles, blended.",
        DefaultValueFactory = _ => Resized,
    };

    private readonly Option<string?> _tile = new("--tile") { HelpName = "WIDTHxHEIGHT", Description = "WIDTHxHEIGHT of a tile; without it the size of what the network saw in training." };
    private readonly Option<double> _overlap = new("--tile-overlap") { Description = "The least share of a tile's sides that neighbours have in common, 0 to below 1.", DefaultValueFactory = _ => 0.5 };
    private readonly Option<TileWindow> _window = new("--tile-window") { Description = "How a tile's weight falls towards its edges: hann, gaussian, flat.", DefaultValueFactory = _ => TileWindow.Hann };
    private readonly Option<string?> _augmentation = new("--tta") { HelpName = "views", Description = $"Average the answers to several views of each picture: {TestTimeAugmentation.Grammar}." };
    private readonly CrfOptions _crf = new();

    /// <summary>Sets up the options.</summary>
    public InferenceOptions() => _way.AcceptOnlyFromAmong(Resized, Full, Tiled);

    /// <summary>Puts the options into a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_way, _tile, _overlap, _window, _augmentation])
            command.Options.Add(option);
        _crf.AddTo(command);
    }

    /// <summary>True if it was typed at which size the network sees pictures.</summary>
    public bool IsSizeGiven(ParseResult result) => Given.Is(result, _way);

    /// <summary>What was asked for.</summary>
    /// <exception cref="ConfigurationException">Options do not go together, or are not typed as they should be.</exception>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    public PredictionOptions Read(ParseResult result, TrainedNetwork network, int threads)
    {
        string way = result.GetRequiredValue(_way);
        TileOptions? tiles = way == Tiled ? Tiles(result, network) : null;
        if (tiles is null && ((Option[])[_tile, _overlap, _window]).FirstOrDefault(option => Given.Is(result, option)) is { } option)
            throw new ConfigurationException($"{option.Name} needs --inference {Tiled}.");
        return new PredictionOptions
        {
            Size = way == Resized ? PictureSize.Training : PictureSize.Own,
            Tiles = tiles,
            Augmentation = result.GetValue(_augmentation) is { } views ? TestTimeAugmentation.Parse(views) : TestTimeAugmentation.None,
            Crf = _crf.Read(result),
            Threads = threads,
        };
    }

    private TileOptions Tiles(ParseResult result, TrainedNetwork network)
    {
        (int width, int height) = result.GetValue(_tile) is { } size ? TrainOptions.ReadSize(size, _tile.Name)
            : network.TrainingSize ?? throw new ConfigurationException($"The run '{Path.GetFileName(network.Folder.Path)}' was trained on whole pictures of any size: give {_tile.Name} WIDTHxHEIGHT.");
        var tiles = new TileOptions { Width = width, Height = height, Overlap = result.GetValue(_overlap), Window = result.GetValue(_window) };
        tiles.Validate();
        return tiles;
    }
}
