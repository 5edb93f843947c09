namespace SegFromScratch.Training.PostProcessing;

/// <summary>Runs work over the numbers 0 up to a count in ranges, on several threads. What each range writes must be its own, so the result is the same for any number of threads.</summary>
/// <param name="threads">Threads at most; 0 takes all cores.</param>
internal sealed class PixelRanges(int threads)
{
    private const int RangeLength = 2048;

    private readonly ParallelOptions _options = new() { MaxDegreeOfParallelism = threads > 0 ? threads : Environment.ProcessorCount };

    /// <summary>Runs the work.</summary>
    /// <param name="count">How many numbers there are.</param>
    /// <param name="work">Takes the first number of a range and the one after its last.</param>
    public void Run(int count, Action<int, int> work)
    {
        int ranges = (count + RangeLength - 1) / RangeLength;
        Parallel.For(0, ranges, _options, range => work(range * RangeLength, Math.Min(count, (range + 1) * RangeLength)));
    }
}
