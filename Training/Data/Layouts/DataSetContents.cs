using SegFromScratch.Training.Data.Splits;

namespace SegFromScratch.Training.Data.Layouts;

/// <summary>Everything that a folder holds, before it is divided into parts.</summary>
/// <param name="Layout">What was recognised, in words.</param>
/// <param name="Samples">All samples; its name is that of the folder.</param>
internal sealed record DataSetContents(string Layout, IDataSet Samples)
{
    /// <summary>The parts that the folder itself names; null where it names none.</summary>
    public GivenParts? Given { get; init; }

    /// <summary>How to divide where the folder names no parts and the user no way.</summary>
    public SplitMethod Preferred { get; init; } = SplitMethod.Seeded;

    /// <summary>Files without their counterpart, each in one line; they are no samples.</summary>
    public IReadOnlyList<string> Unpaired { get; init; } = [];
}

/// <summary>Parts of a data set by the numbers of its samples.</summary>
/// <param name="Train">To learn from, and to draw the validation part from where there is none.</param>
/// <param name="Validation">To choose by; null where the folder names none.</param>
/// <param name="Test">To report on; null where the folder names none.</param>
internal sealed record GivenParts(int[] Train, int[]? Validation, int[]? Test);
