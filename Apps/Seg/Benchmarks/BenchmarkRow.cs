using System.Text.Json.Nodes;

namespace SegFromScratch.Apps.Seg.Benchmarks;

/// <summary>One printed row: a JSON object a line, with the same keys as the rows of the PyTorch side.</summary>
internal static class BenchmarkRow
{
    /// <summary>Writes a measurement.</summary>
    /// <param name="device">The device's name on the command line.</param>
    /// <param name="precision">The arithmetic: fp32, tf32 or bf16.</param>
    /// <param name="name">The case's name.</param>
    /// <param name="measurement">What was measured.</param>
    public static string ToJson(string device, string precision, string name, Measurement measurement)
    {
        double seconds = measurement.Median;
        var row = new JsonObject
        {
            ["engine"] = "SegFromScratch",
            ["device"] = device,
            ["precision"] = precision,
            ["case"] = name,
            ["pass"] = measurement.Pass,
            ["seconds"] = seconds,
            ["min"] = measurement.Times.Min(),
            ["max"] = measurement.Times.Max(),
        };
        if (measurement.FloatingPointOperations is { } operations)
            row["gflops"] = operations / seconds / 1e9;
        if (measurement.Images is { } images)
            row["images_per_second"] = images / seconds;
        if (measurement.Parameters is { } parameters)
            row["parameters"] = parameters;
        if (measurement.Peak is { } peak)
            row[peak.Key] = peak.Bytes;
        return row.ToJsonString();
    }
}
