using System.Globalization;
using SegFromScratch.Training.Data.Splits;
using SegFromScratch.Training.Files;

namespace SegFromScratch.Training.Runs;

/// <summary>The folder of one training run: its configuration, its log, its checkpoints and sample pictures.</summary>
public sealed class RunFolder
{
    private const string CheckpointsName = "checkpoints";
    private const string SamplesName = "samples";
    private const int NumberDigits = 3;

    /// <summary>What the checkpoint of the best validation is called.</summary>
    public const string BestName = "best";

    /// <summary>The name of the log of epochs.</summary>
    public const string MetricsName = "metrics";

    /// <summary>The name of the log of steps.</summary>
    public const string StepsName = "steps";

    private RunFolder(string path) => Path = path;

    /// <summary>The folder, absolute.</summary>
    public string Path { get; }

    /// <summary>The run's configuration.</summary>
    public string ConfigurationPath => System.IO.Path.Combine(Path, "config.json");

    /// <summary>Which sample is in which part.</summary>
    public string SplitPath => System.IO.Path.Combine(Path, SplitFile.FileName);

    /// <summary>The log as a table.</summary>
    public string MetricsCsvPath => LogPath(MetricsName, "csv");

    /// <summary>The log as one JSON object a line.</summary>
    public string MetricsJsonLinesPath => LogPath(MetricsName, "jsonl");

    /// <summary>The checkpoint of the best validation.</summary>
    public string BestCheckpointPath => System.IO.Path.Combine(Path, CheckpointsName, "best.safetensors");

    /// <summary>The newest checkpoint, which a run goes on from.</summary>
    public string LastCheckpointPath => System.IO.Path.Combine(Path, CheckpointsName, "last.safetensors");

    /// <summary>The checkpoint of one epoch, for runs that keep several.</summary>
    /// <param name="epoch">The epoch, from 1.</param>
    public string EpochCheckpointPath(long epoch) =>
        System.IO.Path.Combine(Path, CheckpointsName, $"epoch-{epoch.ToString(CultureInfo.InvariantCulture).PadLeft(NumberDigits, '0')}.safetensors");

    /// <summary>A checkpoint by what a person calls it.</summary>
    /// <param name="name"><c>best</c>, <c>last</c>, or the number of an epoch that was kept.</param>
    /// <exception cref="ConfigurationException">It is none of these.</exception>
    public string CheckpointPathOf(string name) => name switch
    {
        BestName => BestCheckpointPath,
        "last" => LastCheckpointPath,
        _ when long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out long epoch) => EpochCheckpointPath(epoch),
        _ => throw new ConfigurationException($"There is no checkpoint '{OneLine.Text(name)}': give {BestName}, last, or the number of an epoch that --keep-last kept."),
    };

    /// <summary>The thresholds that were searched on validation.</summary>
    public string ThresholdsPath => System.IO.Path.Combine(Path, "thresholds.json");

    /// <summary>The folder of pictures of predictions.</summary>
    public string SamplesPath => System.IO.Path.Combine(Path, SamplesName);

    /// <summary>The log of steps as a table.</summary>
    public string StepsCsvPath => LogPath(StepsName, "csv");

    /// <summary>What the run is and how it went.</summary>
    public string SummaryPath => System.IO.Path.Combine(Path, "summary.json");

    /// <summary>The page that shows the run.</summary>
    public string ReportPath => System.IO.Path.Combine(Path, "report.html");

    /// <summary>The folder of TensorBoard's event files.</summary>
    public string EventsPath => System.IO.Path.Combine(Path, "tensorboard");

    /// <summary>The folder, under <see cref="Path"/>, of the pictures that the page shows.</summary>
    public const string PicturesName = "pictures";

    /// <summary>A log file of the run.</summary>
    internal string LogPath(string name, string ending) => System.IO.Path.Combine(Path, $"{name}.{ending}");

    /// <summary>Creates the folder of a new run.</summary>
    /// <param name="path">A folder that does not exist, is empty, or holds nothing but what a start left that was killed before it had written the configuration.</param>
    /// <exception cref="ConfigurationException">The folder holds something: an old run is never written over.</exception>
    /// <exception cref="FileWriteException">The folder cannot be created.</exception>
    public static RunFolder Create(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string full = System.IO.Path.GetFullPath(path);
        if (IsInterruptedStart(full))
            AtomicFile.RemoveLeftovers(full);
        else if (Directory.Exists(full) && Directory.EnumerateFileSystemEntries(full).Any())
            throw new ConfigurationException($"The run folder '{OneLine.Text(path)}' is not empty: choose another, or resume the run in it.");
        CreateInside(full);
        return new RunFolder(full);
    }

    /// <summary>Creates the folder of a new run under the next free number: <c>{root}/{model}-{dataSet}-001</c> and up.</summary>
    /// <param name="root">The folder of all runs; created where there is none.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="dataSet">The data set's name.</param>
    /// <exception cref="FileWriteException">The folder cannot be created.</exception>
    public static RunFolder CreateNumbered(string root, string model, string dataSet)
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        string prefix = $"{FileNamePart(model)}-{FileNamePart(dataSet)}-";
        string full = System.IO.Path.GetFullPath(root);

        // Two runs may start at once. The folder is made complete under a name of its own and then renamed: a rename onto a
        // folder that holds something fails, so only one of them gets the number.
        string unnamed = System.IO.Path.Combine(full, UnnamedRunFolders.NewName(prefix));
        CreateInside(unnamed);
        UnnamedRunFolders.RemoveOld(full, DateTime.UtcNow);
        for (int number = HighestNumber(full, prefix) + 1; ; number++)
        {
            string path = System.IO.Path.Combine(full, prefix + number.ToString(CultureInfo.InvariantCulture).PadLeft(NumberDigits, '0'));
            try
            {
                Directory.Move(unnamed, path);
                return new RunFolder(path);
            }
            catch (IOException) when (Directory.Exists(path))
            {
            }
        }
    }

    /// <summary>Finds the folder of a run to read it, and changes nothing in it: the run may be training.</summary>
    /// <exception cref="ConfigurationException">There is no such folder, or it holds no run.</exception>
    public static RunFolder Find(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        RunFolder folder = new(System.IO.Path.GetFullPath(path));
        if (!Directory.Exists(folder.Path))
            throw new ConfigurationException($"There is no run folder '{OneLine.Text(path)}'.");
        if (!File.Exists(folder.ConfigurationPath))
            throw new ConfigurationException($"The folder '{OneLine.Text(path)}' holds no run: it has no config.json.");
        return folder;
    }

    /// <summary>Opens the folder of a run that is to go on, and removes what a killed process left half-written.</summary>
    /// <exception cref="ConfigurationException">There is no such folder, it holds no run, or one whose start was killed.</exception>
    public static RunFolder Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (IsInterruptedStart(System.IO.Path.GetFullPath(path)))
            throw new ConfigurationException($"Nothing was trained yet in '{OneLine.Text(path)}': its start was interrupted, and there is no config.json to go on from. The command that started it, with --run and without --resume, starts it again.");
        RunFolder folder = Find(path);
        AtomicFile.RemoveLeftovers(folder.Path);
        AtomicFile.RemoveLeftovers(System.IO.Path.Combine(folder.Path, CheckpointsName));
        AtomicFile.RemoveLeftovers(folder.SamplesPath);
        AtomicFile.RemoveLeftovers(System.IO.Path.Combine(folder.Path, PicturesName));
        CreateInside(folder.Path);
        return folder;
    }

    /// <summary>The run's configuration, with the division that was written when it began: images that were added or removed since do not change it.</summary>
    /// <exception cref="ConfigurationException">The configuration cannot be read.</exception>
    public RunConfiguration LoadConfiguration()
    {
        RunConfiguration configuration = RunConfiguration.Load(ConfigurationPath);
        return File.Exists(SplitPath) ? configuration with { Data = configuration.Data with { Split = SplitPath } } : configuration;
    }

    // A start makes the two folders, then the division, then the configuration: what holds more, or a division alone, is somebody's.
    private static bool IsInterruptedStart(string path)
    {
        string checkpoints = System.IO.Path.Combine(path, CheckpointsName), samples = System.IO.Path.Combine(path, SamplesName);
        if (!IsEmptyFolder(checkpoints))
            return false;
        string[] others = [.. Directory.EnumerateFileSystemEntries(path).Where(entry => entry != checkpoints && entry != samples)];
        return (IsEmptyFolder(samples) || (others.Length == 0 && !File.Exists(samples)))
            && others.All(entry => File.Exists(entry) && (AtomicFile.IsLeftover(entry) || System.IO.Path.GetFileName(entry) == SplitFile.FileName));
    }

    private static bool IsEmptyFolder(string path) => Directory.Exists(path) && !Directory.EnumerateFileSystemEntries(path).Any();

    private static void CreateInside(string path) => FileWriteException.Guard(path, () =>
    {
        Directory.CreateDirectory(System.IO.Path.Combine(path, CheckpointsName));
        Directory.CreateDirectory(System.IO.Path.Combine(path, SamplesName));
    });

    private static int HighestNumber(string root, string prefix) => Directory.EnumerateDirectories(root, prefix + "*")
        .Select(path => int.TryParse(System.IO.Path.GetFileName(path)[prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0)
        .DefaultIfEmpty()
        .Max();

    // Model and data set names come from users and folders; a run's folder must be easy to type on every system.
    private static string FileNamePart(string name)
    {
        char[] part = [.. name.ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '+' ? letter : '-')];
        string trimmed = new string(part).Trim('-');
        return trimmed.Length == 0 ? "unnamed" : trimmed;
    }
}
