namespace SegFromScratch.Apps.Seg.Benchmarks;

/// <summary>How long one pass of a case took.</summary>
/// <param name="Pass">forward, backward_input, backward_weight, forward_backward, train_step or inference.</param>
/// <param name="Times">Seconds of each timed run.</param>
internal sealed record Measurement(string Pass, IReadOnlyList<double> Times)
{
    /// <summary>Floating-point operations of a run, two a multiply-add; null where they are not counted.</summary>
    public long? FloatingPointOperations { get; init; }

    /// <summary>Pictures a run; null where there are none.</summary>
    public int? Images { get; init; }

    /// <summary>Trained parameters of the network; null for single operations.</summary>
    public long? Parameters { get; init; }

    /// <summary>The most memory in use at once; null where it was not measured.</summary>
    public PeakMemory? Peak { get; init; }

    /// <summary>The middle time; with an even number of runs the mean of the middle two.</summary>
    public double Median
    {
        get
        {
            double[] sorted = [.. Times.Order()];
            return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        }
    }
}
