using SegFromScratch.Training.Data.Layouts;
using SegFromScratch.Training.Data.Splits;

namespace SegFromScratch.Training.Data;

/// <summary>How <see cref="DataSets.Open"/> reads a folder.</summary>
public sealed record DataSetOptions
{
    /// <summary>How the folder is laid out: a name of <see cref="DataSets.LayoutNames"/>, or auto to recognise it.</summary>
    public string Layout { get; init; } = DataLayouts.Automatic;

    /// <summary>How the samples are divided: a name of <see cref="SplitChoice.MethodNames"/>, or the path of a split file that a run has written.</summary>
    public string Split { get; init; } = SplitChoice.Automatic;

    /// <summary>The mask value that does not count, 0 to 255; null: 11 for CamVid, else 255. Layered masks have none.</summary>
    public int? IgnoreIndex { get; init; }

    /// <summary>The share of the samples kept for validation where the folder brings no split of its own; above 0, below 1.</summary>
    public double ValidationShare { get; init; } = 0.15;

    /// <summary>Chooses the samples kept for validation.</summary>
    public long Seed { get; init; }

    /// <summary>True: a damaged sample is replaced by the next good one (see <see cref="SkipDamagedDataSet"/>). False: it is an error.</summary>
    public bool SkipDamaged { get; init; }

    /// <summary>True: images without mask are left out and noted in <see cref="DataSetParts.Unpaired"/>. False: they are errors.</summary>
    public bool KeepGoing { get; init; }

    /// <summary>The file of annotations where several could be it (Severstal's csv, a project's json): a path or a name inside the folder; null: the layout's usual name, or the only such file there.</summary>
    public string? Table { get; init; }
}

/// <summary>The parts of an opened folder.</summary>
/// <param name="Layout">What was recognised, in words.</param>
/// <param name="Train">To learn from.</param>
/// <param name="Validation">To choose by.</param>
/// <param name="Test">To report on; null where the folder has none.</param>
public sealed record DataSetParts(string Layout, IDataSet Train, IDataSet Validation, IDataSet? Test)
{
    /// <summary>How the samples were divided.</summary>
    public SplitMethod Method { get; init; } = SplitMethod.Lists;

    /// <summary>The seed of the division, where it has one.</summary>
    public long Seed { get; init; }

    /// <summary>Files without their counterpart, each in one line: masks without image, and with <see cref="DataSetOptions.KeepGoing"/> images without mask.</summary>
    public IReadOnlyList<string> Unpaired { get; init; } = [];

    /// <summary>The damaged samples met so far in all parts; grows while samples are loaded, always empty without SkipDamaged.</summary>
    public IReadOnlyList<string> Damaged =>
        [.. new[] { Train, Validation, Test }.OfType<SkipDamagedDataSet>().SelectMany(part => part.Damaged)];

    internal DataSetParts SkippingDamaged() => this with
    {
        Train = new SkipDamagedDataSet(Train),
        Validation = new SkipDamagedDataSet(Validation),
        Test = Test is null ? null : new SkipDamagedDataSet(Test),
    };
}
