using SegFromScratch.Training.Data.Annotations;
using SegFromScratch.Training.Data.Layouts;

namespace SegFromScratch.Training.Data.Via;

/// <summary>
/// Polygons drawn with the VGG Image Annotator: one project file, or one for each part (segmentation_train.json, segmentation_test.json), with
/// the images beside it or in images/. Later regions cover earlier ones.
/// </summary>
internal sealed class ViaLayout : IDataLayout
{
    private const byte Void = 255;

    public string Name => "via";

    public string Signature => "a VGG Image Annotator project (json)";

    public bool TakesFile => true;

    public bool IsPresent(string path) => AnnotationSearch.Has(path, AnnotationKind.Via);

    public DataSetContents Open(string path, DataSetOptions options)
    {
        AnnotationParts parts = AnnotationSearch.Find(path, AnnotationKind.Via, options.Table);
        string folder = Path.GetDirectoryName(Path.GetFullPath(parts.Train))!;
        AnnotationFile[] files = [.. parts.Files.Select(AnnotationFile.Open)];
        try
        {
            JsonNode[] roots = [.. files.Select(file => file.Root)];
            ViaClasses classes = ViaClasses.Of(roots, FolderNames.Classes(folder));
            var finder = new ImageFinder(folder, "images", "train", "val", "test");
            var gathered = new AnnotatedParts();
            foreach (JsonNode root in roots)
                gathered.Add(ViaProject.Images(root, classes, finder));
            string names = string.Join(", ", parts.Files.Select(Path.GetFileName));
            return gathered.Contents($"{names} (VGG Image Annotator)", path, parts, classes.Table, (byte)(options.IgnoreIndex ?? Void));
        }
        finally
        {
            foreach (AnnotationFile file in files)
                file.Dispose();
        }
    }
}
