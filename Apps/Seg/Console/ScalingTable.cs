using System.Globalization;
using SegFromScratch.Apps.Seg.Benchmarks;
using Spectre.Console;

namespace SegFromScratch.Apps.Seg.Console;

/// <summary>Scaling studies as a table.</summary>
internal static class ScalingTable
{
    /// <summary>Makes the table's head.</summary>
    public static Table Create()
    {
        Table table = new Table().RoundedBorder().AddColumn("quantity");
        foreach (string column in (string[])["value", "ms a step", "GFLOP/s", "to linear"])
            table.AddColumn(column, layout => layout.RightAligned());
        return table;
    }

    /// <summary>Adds a study: its first value counts as 1.</summary>
    public static void Add(Table table, ScalingStudy study, IReadOnlyList<ScalingPoint> points)
    {
        foreach (ScalingPoint point in points)
        {
            table.AddRow(
                study.Quantity,
                point.Value.ToString(CultureInfo.InvariantCulture),
                (1e3 * point.Measurement.Median).ToString("f2", CultureInfo.InvariantCulture),
                point.Rate.ToString("f1", CultureInfo.InvariantCulture),
                point.ToLinear(points[0], study.Divides).ToString("f2", CultureInfo.InvariantCulture));
        }
    }
}
