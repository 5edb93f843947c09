using SegFromScratch.Training.Data;
using SegFromScratch.Training.Data.Synthetic;
using SegFromScratch.Training.Data.Transforms;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Training.Trainer;

/// <summary>Opens the data that a configuration names.</summary>
public static class DataSource
{
    /// <summary>The layout that is generated instead of read, with each class about as often as the others.</summary>
    public const string Synthetic = "synthetic";

    /// <summary>The layout that is generated with Severstal's shares of classes.</summary>
    public const string SyntheticSeverstal = "synthetic-severstal";

    /// <summary>How many strips are generated.</summary>
    public const int SyntheticImages = 320;

    // Half the size of the Severstal photographs, the size at which the study trained.
    private const int SyntheticWidth = 800;
    private const int SyntheticHeight = 128;
    private const long SyntheticSeed = 1;

    /// <summary>The ways to turn pixels into numbers, by name.</summary>
    public static IReadOnlyDictionary<string, Normalization> Normalizations { get; } = new Dictionary<string, Normalization>
    {
        ["centered"] = Normalization.Centered,
        ["unit"] = Normalization.Unit,
        ["imagenet"] = Normalization.ImageNet,
        ["bytes"] = Normalization.Bytes,
    };

    /// <summary>True for the layouts that are generated.</summary>
    public static bool IsSynthetic(string layout) => layout is Synthetic or SyntheticSeverstal;

    /// <summary>Opens the folder, or generates it first.</summary>
    public static DataSetParts Open(DataOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        bool isSynthetic = IsSynthetic(options.Layout);
        if (isSynthetic)
        {
            DefectShares shares = options.Layout == SyntheticSeverstal ? DefectShares.Severstal : DefectShares.Even;
            SyntheticSteel.Generate(options.Path, SyntheticImages, SyntheticSeed, SyntheticWidth, SyntheticHeight, shares);
        }

        return DataSets.Open(options.Path, new DataSetOptions
        {
            Layout = isSynthetic ? "severstal" : options.Layout,
            Table = options.Table,
            Split = options.Split,
            IgnoreIndex = options.IgnoreIndex,
            ValidationShare = options.ValidationShare,
            Seed = options.SplitSeed,
            SkipDamaged = options.SkipDamaged,
        });
    }

    /// <summary>What happens to images outside training: they are brought to the size and the numbers of training, and nothing is random.</summary>
    /// <exception cref="ArgumentException">The normalization is unknown.</exception>
    public static SampleTransform EvaluationTransformOf(DataOptions options) => new(SizesOf(options), NormalizationOf(options));

    /// <summary>How images are resized.</summary>
    public static AugmentationOptions SizesOf(DataOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new AugmentationOptions { Size = options is { ImageWidth: { } width, ImageHeight: { } height } ? (width, height) : null, ShorterSide = options.ShorterSide };
    }

    /// <summary>How pixels become numbers.</summary>
    public static Normalization NormalizationOf(DataOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Normalizations.TryGetValue(options.Normalization, out Normalization? normalization)
            ? normalization
            : throw new ArgumentException($"normalization '{options.Normalization}' is unknown: choose {string.Join(", ", Normalizations.Keys)}");
    }
}
