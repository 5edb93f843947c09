using SegFromScratch.Training.Data.Annotations;
using SegFromScratch.Training.Data.Polygons;
using SegFromScratch.Training.Files;

namespace SegFromScratch.Training.Data.Labelme;

/// <summary>Reads labelme's file of one image.</summary>
internal static class LabelmeFile
{
    /// <summary>The labels used in a file.</summary>
    public static string[] Labels(string path)
    {
        using AnnotationFile file = AnnotationFile.Open(path);
        return [.. file.Root.Get("shapes").Items().Select(shape => shape.Get("label").Text())];
    }

    /// <summary>The image of a file with its regions.</summary>
    /// <param name="path">The JSON file.</param>
    /// <param name="finder">Finds the image: by the name in the file, else by the file's own name.</param>
    /// <param name="classes">The classes.</param>
    /// <exception cref="DataSetException">The image is missing, a label is unknown, or a shape is impossible.</exception>
    public static AnnotatedImage Read(string path, ImageFinder finder, LabelmeClasses classes)
    {
        using AnnotationFile file = AnnotationFile.Open(path);
        JsonNode root = file.Root, shapes = root.Get("shapes");
        string name = root.Find("imagePath")?.Text() ?? "";
        string image = finder.Find(name) ?? ImageReading.Find(Path.GetDirectoryName(path)!, Path.GetFileNameWithoutExtension(path))
            ?? throw root.Error($"no image {OneLine.Text(name)} beside it", "put the image there or remove the file");
        Region[] regions = [.. shapes.Items().Take(AnnotationLimits.RegionsPerImage + 1).Select(shape => Read(shape, classes))];
        if (regions.Length > AnnotationLimits.RegionsPerImage)
            throw shapes.Error($"more than {AnnotationLimits.RegionsPerImage} shapes on one image", "divide or remove them");
        (int Width, int Height)? size = root.Find("imageWidth") is { } width && root.Find("imageHeight") is { } height
            ? ((int)width.WholeNumber(), (int)height.WholeNumber())
            : null;
        return new AnnotatedImage(image, regions, path) { Size = size };
    }

    private static Region Read(JsonNode shape, LabelmeClasses classes)
    {
        string label = shape.Get("label").Text(), kind = shape.Find("shape_type")?.Text() ?? "polygon";
        byte index = classes.IndexOf(label)
            ?? throw shape.Error($"label '{OneLine.Text(label)}' is not in the list of classes", "mend the label or add it to labels.txt");
        JsonNode points = shape.Get("points");
        switch (kind)
        {
            case "polygon":
                return new PolygonRegion(index, [PolygonReader.FromPairs(points)]);
            case "rectangle" when PolygonReader.FromPairs(points, fewest: 2) is [var first, var opposite]:
                return new PolygonRegion(index, [[first, new(opposite.X, first.Y), opposite, new(first.X, opposite.Y)]]);
            case "circle" when PolygonReader.FromPairs(points, fewest: 2) is [var center, var rim]:
                double scale = PolygonPoint.Scale, radius = double.Hypot(rim.X - center.X, rim.Y - center.Y) / scale;
                return new EllipseRegion(index, center.X / scale, center.Y / scale, radius, radius);
            default:
                throw shape.Error($"a shape of the kind '{OneLine.Text(kind)}' with {points.Value.GetArrayLength()} points is not read; polygon, rectangle and circle are", "draw it as polygon or remove it");
        }
    }
}
