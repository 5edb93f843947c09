using SegFromScratch.Training.Data.Annotations;
using SegFromScratch.Training.Data.Polygons;

namespace SegFromScratch.Training.Data.Coco;

/// <summary>Reads the images and annotations of a COCO file.</summary>
internal static class CocoFile
{
    /// <summary>
    /// The images of a file with their regions; null for an image that is not in the folder. Crowds come first and are void: what is in them
    /// was not told apart. Then objects from the largest area to the smallest, so that what stands before something larger is seen.
    /// </summary>
    /// <exception cref="DataSetException">An annotation is impossible, or of no image or category.</exception>
    public static IEnumerable<AnnotatedImage?> Images(JsonNode root, CocoClasses classes, ImageFinder finder, byte ignoreIndex)
    {
        Dictionary<long, List<Annotated>> annotations = [];
        JsonNode[] images = [.. root.Get("images").Items()];
        foreach (JsonNode image in images)
        {
            if (!annotations.TryAdd(image.Get("id").WholeNumber(), []))
                throw image.Error($"image number {image.Get("id").WholeNumber()} is there twice");
        }
        foreach (JsonNode annotation in root.Get("annotations").Items())
        {
            JsonNode id = annotation.Get("image_id");
            if (!annotations.TryGetValue(id.WholeNumber(), out List<Annotated>? regions))
                throw id.Error($"no image has the number {id.WholeNumber()}");
            if (regions.Count == AnnotationLimits.RegionsPerImage)
                throw annotation.Error($"more than {AnnotationLimits.RegionsPerImage} annotations of one image", "divide or remove them");
            // Boxes and key points have annotations without mask.
            if (annotation.Find("segmentation") is { } segmentation && !(segmentation.IsArray && segmentation.Value.GetArrayLength() == 0))
                regions.Add(Read(annotation, segmentation, classes, ignoreIndex));
        }
        foreach (JsonNode image in images)
        {
            if (finder.Find(image.Get("file_name").Text()) is not { } path)
            {
                yield return null;
                continue;
            }
            IEnumerable<Annotated> ordered = annotations[image.Get("id").WholeNumber()].OrderByDescending(each => each.IsCrowd).ThenByDescending(each => each.Area);
            (int Width, int Height)? size = image.Find("width") is { } width && image.Find("height") is { } height
                ? ((int)width.WholeNumber(), (int)height.WholeNumber())
                : null;
            yield return new AnnotatedImage(path, [.. ordered.Select(each => each.Region)], image.Place) { Size = size };
        }
    }

    private static Annotated Read(JsonNode annotation, JsonNode segmentation, CocoClasses classes, byte ignoreIndex)
    {
        bool isCrowd = annotation.Find("iscrowd") is { } crowd && crowd.WholeNumber() != 0;
        byte label = classes.IndexOf(annotation.Get("category_id"));
        if (isCrowd)
            label = ignoreIndex;
        if (segmentation.IsArray && segmentation.Value.GetArrayLength() > AnnotationLimits.RegionsPerImage)
            throw segmentation.Error($"{segmentation.Value.GetArrayLength()} polygons are more than the {AnnotationLimits.RegionsPerImage} that an object may have");
        Region region = segmentation.IsObject
            ? RunLengthRegion.Read(segmentation, label)
            : new PolygonUnionRegion(label, [.. segmentation.Items().Select(PolygonReader.FromFlat)]);
        return new Annotated(region, isCrowd, annotation.Find("area")?.Number() ?? 0);
    }

    private sealed record Annotated(Region Region, bool IsCrowd, double Area);
}
