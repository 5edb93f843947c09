namespace SegFromScratch.Training.Data.Masks;

/// <summary>Collects files without their counterpart.</summary>
/// <param name="keepGoing">False: an image without mask is an error. True: it is noted and left out.</param>
internal sealed class PairingReport(bool keepGoing)
{
    private readonly List<string> _lines = [];

    /// <summary>What was found, in the order in which it was found.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>Notes an image that has no mask.</summary>
    /// <exception cref="DataSetException">Always, where the report is strict.</exception>
    public void MissingMask(string line) => _lines.Add(keepGoing ? line : throw new DataSetException(line));

    /// <summary>Notes a mask that has no image: harmless, but seldom meant.</summary>
    public void SpareMask(string line) => _lines.Add(line);
}
