namespace SegFromScratch.Apps.Seg.Benchmarks;

/// <summary>Work to time: one case of a case file.</summary>
internal interface IBenchmark
{
    /// <summary>The case's name.</summary>
    string Name { get; }

    /// <summary>Times every pass of the case, one after the other.</summary>
    IEnumerable<Measurement> Measure(BenchmarkSetting setting);
}
