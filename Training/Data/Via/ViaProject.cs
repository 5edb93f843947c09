using SegFromScratch.Training.Data.Annotations;
using SegFromScratch.Training.Data.Polygons;
using SegFromScratch.Training.Files;

namespace SegFromScratch.Training.Data.Via;

/// <summary>Reads a project or an export of the VGG Image Annotator, version 2: {"_via_img_metadata": {key: {"filename", "regions"}}} or the inner object alone.</summary>
internal static class ViaProject
{
    /// <summary>All regions of a file.</summary>
    public static IEnumerable<JsonNode> Regions(JsonNode root) => Entries(root).SelectMany(entry => entry.Get("regions").Elements());

    /// <summary>The images of a file with their regions; null for an image that is not in the folder.</summary>
    /// <exception cref="DataSetException">A region is of an unknown kind, or impossible.</exception>
    public static IEnumerable<AnnotatedImage?> Images(JsonNode root, ViaClasses classes, ImageFinder finder) =>
        Entries(root).Select(entry => finder.Find(entry.Get("filename").Text()) is { } path ? new AnnotatedImage(path, Read(entry, classes), entry.Place) : null);

    private static IEnumerable<JsonNode> Entries(JsonNode root) =>
        (root.Find("_via_img_metadata") ?? root).Members().Where(member => !member.Name.StartsWith("_via_", StringComparison.Ordinal)).Select(member => member.Node);

    // Version 1 wrote the regions of an image as an object with the keys "0", "1", ...
    private static Region[] Read(JsonNode entry, ViaClasses classes)
    {
        Region[] regions = [.. entry.Get("regions").Elements().Take(AnnotationLimits.RegionsPerImage + 1).Select(region => Read(region, classes.IndexOf(region)))];
        return regions.Length <= AnnotationLimits.RegionsPerImage
            ? regions
            : throw entry.Error($"more than {AnnotationLimits.RegionsPerImage} regions on one image", "divide or remove them");
    }

    private static Region Read(JsonNode region, byte label)
    {
        JsonNode shape = region.Get("shape_attributes");
        string kind = shape.Get("name").Text();
        switch (kind)
        {
            case "polygon":
                return new PolygonRegion(label, [PolygonReader.FromAxes(shape.Get("all_points_x"), shape.Get("all_points_y"))]);
            case "rect":
                double left = shape.Get("x").Number(), top = shape.Get("y").Number();
                return new PolygonRegion(label, [PolygonReader.Rectangle(shape, left, top, left + shape.Get("width").Number(), top + shape.Get("height").Number())]);
            case "circle":
                double radius = shape.Get("r").Number();
                return new EllipseRegion(label, shape.Get("cx").Number(), shape.Get("cy").Number(), radius, radius);
            case "ellipse" when shape.Find("theta") is null || shape.Get("theta").Number() == 0:
                return new EllipseRegion(label, shape.Get("cx").Number(), shape.Get("cy").Number(), shape.Get("rx").Number(), shape.Get("ry").Number());
            default:
                throw shape.Error($"a region of the kind '{OneLine.Text(kind)}' is not read; polygon, rect, circle and upright ellipse are", "draw it as polygon or remove it");
        }
    }
}
