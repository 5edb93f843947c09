using System.Text.Json;
using System.Text.Json.Serialization;
using SegFromScratch.Training.Files;

namespace SegFromScratch.Training.Runs;

/// <summary>What a run is and how it went, for reports and comparisons: the run folder's <c>summary.json</c>. Training never reads it.</summary>
public sealed record RunSummary
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        RespectNullableAnnotations = true,
    };

    /// <summary>Where the run stands.</summary>
    public RunState State { get; init; }

    /// <summary>The commands that started and resumed the run, in order.</summary>
    public IReadOnlyList<string> Commands { get; init; } = [];

    /// <summary>The network's name.</summary>
    public string Model { get; init; } = "";

    /// <summary>Parameters that are trained.</summary>
    public long TrainedParameters { get; init; }

    /// <summary>Parameters with running statistics.</summary>
    public long TotalParameters { get; init; }

    /// <summary>The data set's layout.</summary>
    public string Data { get; init; } = "";

    /// <summary>Images to train on.</summary>
    public int TrainImages { get; init; }

    /// <summary>Images to validate on.</summary>
    public int ValidationImages { get; init; }

    /// <summary>The device.</summary>
    public string Device { get; init; } = "";

    /// <summary>The loss.</summary>
    public string Loss { get; init; } = "";

    /// <summary>The optimiser.</summary>
    public string Optimizer { get; init; } = "";

    /// <summary>Images a step.</summary>
    public int Batch { get; init; }

    /// <summary>Epochs of the whole run.</summary>
    public int PlannedEpochs { get; init; }

    /// <summary>Steps of an epoch.</summary>
    public int StepsPerEpoch { get; init; }

    /// <summary>The metric by which the best checkpoint is chosen; empty before the first validation.</summary>
    public string Metric { get; init; } = "";

    /// <summary>The classes by index.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>A CSS colour for each class.</summary>
    public IReadOnlyList<string> ClassColors { get; init; } = [];

    /// <summary>The epochs that are done.</summary>
    public IReadOnlyList<EpochSummary> Epochs { get; init; } = [];

    /// <summary>Pictures of the last validation that was drawn.</summary>
    public IReadOnlyList<PictureSummary> Pictures { get; init; } = [];

    /// <summary>The epoch with the highest score, the earliest of equals; null before the first validation.</summary>
    [JsonIgnore]
    public EpochSummary? BestEpoch => Epochs.MaxBy(epoch => epoch.Score);

    /// <summary>Reads a summary.</summary>
    /// <exception cref="ConfigurationException">The file is missing or no summary.</exception>
    public static RunSummary Load(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<RunSummary>(File.ReadAllText(path), s_json) is { } summary && summary.IsWhole() ? summary : throw new JsonException();
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or JsonException or NotSupportedException)
        {
            throw new ConfigurationException($"'{OneLine.Text(path)}' is no summary of a run: {(cause is JsonException ? "its JSON is damaged" : OneLine.Text(cause.Message))}.", cause);
        }
    }

    // The serialiser sees to members; that lists hold no null and fit each other is seen to here, so that whoever draws them need not ask.
    private bool IsWhole() =>
        ClassColors.Count == ClassNames.Count
        && !Commands.Contains(null) && !ClassNames.Contains(null) && !ClassColors.Contains(null)
        && Pictures.All(picture => picture is { File: not null, Name: not null })
        && Epochs.All(epoch => epoch is not null && epoch.IsOf(ClassNames.Count));

    /// <summary>Writes the summary, as a whole or not at all.</summary>
    /// <exception cref="FileWriteException">It cannot be written.</exception>
    public void Save(string path) => AtomicFile.WriteBytes(path, JsonSerializer.SerializeToUtf8Bytes(this, s_json));

    /// <summary>The summary with one epoch more. Of the older ones only the best keeps its confusion matrix.</summary>
    public RunSummary With(EpochSummary epoch)
    {
        RunSummary all = this with { Epochs = [.. Epochs, epoch] };
        EpochSummary? best = all.BestEpoch;
        return all with { Epochs = [.. all.Epochs.Select(each => each == epoch || each == best ? each : each with { Confusion = null })] };
    }
}

/// <summary>Where a run stands.</summary>
public enum RunState
{
    /// <summary>It trains, or was killed.</summary>
    Running,

    /// <summary>It was stopped with a checkpoint.</summary>
    Stopped,

    /// <summary>All epochs are done.</summary>
    Finished,
}

/// <summary>One epoch of a run.</summary>
public sealed record EpochSummary
{
    /// <summary>More pixels than any data set has, so few that those of all classes can be added up.</summary>
    private const long MostPixels = 1L << 50;

    /// <summary>Its number, from 1.</summary>
    public int Epoch { get; init; }

    /// <summary>Steps done since the run began.</summary>
    public long Step { get; init; }

    /// <summary>How long it took, validation included, in seconds; after a resumption only what was done since.</summary>
    public double Seconds { get; init; }

    /// <summary>The mean loss of its steps.</summary>
    public double TrainLoss { get; init; }

    /// <summary>The score on validation.</summary>
    public double Score { get; init; }

    /// <summary>The score of predicting nothing; null where the metric is not Kaggle's Dice.</summary>
    public double? EmptyScore { get; init; }

    /// <summary>The share of pixels that got their class; null for masks that may overlap.</summary>
    public double? PixelAccuracy { get; init; }

    /// <summary>The scores of each class.</summary>
    public IReadOnlyList<ClassScores> Classes { get; init; } = [];

    /// <summary>Pixels by true class (rows) and predicted class (columns); null for masks that may overlap, and for epochs that are neither the best nor the last.</summary>
    public IReadOnlyList<IReadOnlyList<long>>? Confusion { get; init; }

    /// <summary>Whether scores and matrix are of so many classes. An epoch whose summary was lost with a killed process has no scores.</summary>
    internal bool IsOf(int classes) =>
        Classes.Count <= classes && !Classes.Contains(null)
        && (Confusion is null || (Confusion.Count == classes && Confusion.All(row => row?.Count == classes && row.All(pixels => pixels is >= 0 and < MostPixels))));
}

/// <summary>Scores of one class; null where it has none.</summary>
/// <param name="IoU">Over the whole set; class maps only.</param>
/// <param name="Dice">Class maps: over the whole set. Masks that may overlap: the mean over images.</param>
/// <param name="Recall">Over the whole set.</param>
/// <param name="Precision">Over the whole set.</param>
public sealed record ClassScores(double? IoU, double? Dice, double? Recall, double? Precision);

/// <summary>A picture in the run folder.</summary>
/// <param name="File">Its path from the run folder.</param>
/// <param name="Group">Why it was chosen.</param>
/// <param name="Name">The image's file name.</param>
/// <param name="Score">The image's own score.</param>
/// <param name="Epoch">The epoch after which it was drawn.</param>
public sealed record PictureSummary(string File, PictureGroup Group, string Name, double Score, int Epoch);

/// <summary>Why a picture was chosen.</summary>
public enum PictureGroup
{
    /// <summary>One of the first of the validation part: the same in all epochs.</summary>
    First,

    /// <summary>One of those with the highest score.</summary>
    Best,

    /// <summary>One of those with the lowest score.</summary>
    Worst,
}
