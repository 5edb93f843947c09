using SegFromScratch.Training.Data.Annotations;
using SegFromScratch.Training.Data.Layouts;

namespace SegFromScratch.Training.Data.Coco;

/// <summary>
/// COCO: one JSON file for everything, or one for each part (annotations/instances_train2017.json, ..._val2017.json). Polygons and run lengths.
/// </summary>
internal sealed class CocoLayout : IDataLayout
{
    private const byte Void = 255;

    private static readonly string[] _imageFolders = ["images", "JPEGImages", "train2017", "val2017", "train2014", "val2014", "train", "val", "test"];

    public string Name => "coco";

    public string Signature => "COCO annotations (json)";

    public bool TakesFile => true;

    public bool IsPresent(string path) => AnnotationSearch.Has(path, AnnotationKind.Coco);

    public DataSetContents Open(string path, DataSetOptions options)
    {
        AnnotationParts parts = AnnotationSearch.Find(path, AnnotationKind.Coco, options.Table);
        string folder = Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path))!;
        byte ignoreIndex = (byte)(options.IgnoreIndex ?? Void);
        var finder = new ImageFinder(folder, _imageFolders);
        var gathered = new AnnotatedParts();
        ClassTable? classes = null;
        foreach (string file in parts.Files)
        {
            // One after the other: the training file of COCO alone takes a gigabyte while it is read.
            using AnnotationFile opened = AnnotationFile.Open(file);
            CocoClasses own = CocoClasses.Of(opened.Root);
            classes ??= own.Table;
            if (!classes.Names.SequenceEqual(own.Table.Names))
                throw new DataSetException($"{file}: its categories are not those of {parts.Train}; export both with the same ones.");
            gathered.Add(CocoFile.Images(opened.Root, own, finder, ignoreIndex));
        }
        string names = string.Join(", ", parts.Files.Select(Path.GetFileName));
        return gathered.Contents($"{names} (COCO)", path, parts, classes!, ignoreIndex);
    }
}
