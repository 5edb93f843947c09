using System.Text.Json;
using SegFromScratch.Training.Data.Polygons;

namespace SegFromScratch.Training.Data.Annotations;

/// <summary>Reads the corners of polygons in the three ways in which files write them.</summary>
internal static class PolygonReader
{
    private const int FewestCorners = 3;

    /// <summary>[x, y, x, y, ...], as COCO has it.</summary>
    public static PolygonPoint[] FromFlat(JsonNode numbers)
    {
        double[] values = Numbers(numbers, 2 * AnnotationLimits.PointsPerPolygon);
        if (values.Length % 2 != 0)
            throw numbers.Error($"{values.Length} numbers where x and y must alternate");
        return Points(numbers, values.Length / 2, index => (values[2 * index], values[(2 * index) + 1]));
    }

    /// <summary>[[x, y], [x, y], ...], as labelme has it.</summary>
    public static PolygonPoint[] FromPairs(JsonNode pairs, int fewest = FewestCorners)
    {
        (double X, double Y)[] corners = [.. Limited(pairs).Items().Select(pair => Numbers(pair, 2) is [var x, var y] ? (x, y) : throw pair.Error("x and y are due here"))];
        return Points(pairs, corners.Length, index => corners[index], fewest);
    }

    /// <summary>All x and all y, as the VGG Image Annotator has them.</summary>
    public static PolygonPoint[] FromAxes(JsonNode xs, JsonNode ys)
    {
        double[] columns = Numbers(xs, AnnotationLimits.PointsPerPolygon), rows = Numbers(ys, AnnotationLimits.PointsPerPolygon);
        if (columns.Length != rows.Length)
            throw ys.Error($"{columns.Length} x but {rows.Length} y");
        return Points(xs, columns.Length, index => (columns[index], rows[index]));
    }

    /// <summary>The corners of an upright rectangle.</summary>
    public static PolygonPoint[] Rectangle(JsonNode place, double left, double top, double right, double bottom)
    {
        (double X, double Y)[] corners = [(left, top), (right, top), (right, bottom), (left, bottom)];
        return Points(place, corners.Length, index => corners[index]);
    }

    private static JsonNode Limited(JsonNode points) =>
        points.IsArray && points.Value.GetArrayLength() > AnnotationLimits.PointsPerPolygon
            ? throw points.Error($"{points.Value.GetArrayLength()} points are more than the {AnnotationLimits.PointsPerPolygon} that a polygon may have")
            : points;

    private static double[] Numbers(JsonNode node, int most)
    {
        if (!node.IsArray)
            throw node.Error("an array of numbers is due here");
        if (node.Value.GetArrayLength() > most)
            throw node.Error($"{node.Value.GetArrayLength()} numbers are more than the {most} that may stand here");
        double[] numbers = new double[node.Value.GetArrayLength()];
        int count = 0;
        foreach (JsonElement item in node.Value.EnumerateArray())
            numbers[count++] = item.ValueKind == JsonValueKind.Number ? item.GetDouble() : throw node.Error($"number {count} of the array is none");
        return numbers;
    }

    private static PolygonPoint[] Points(JsonNode place, int count, Func<int, (double X, double Y)> at, int fewest = FewestCorners)
    {
        if (count < fewest)
            throw place.Error($"{count} points cover nothing");
        var points = new PolygonPoint[count];
        for (int i = 0; i < count; i++)
        {
            (double x, double y) = at(i);
            if (!PolygonPoint.IsPossible(x) || !PolygonPoint.IsPossible(y))
                throw place.Error($"point {i + 1} ({x:g6}, {y:g6}) is farther than {PolygonPoint.Farthest} pixels away");
            points[i] = PolygonPoint.FromPixels(x, y);
        }
        return points;
    }
}
