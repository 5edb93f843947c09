using SegFromScratch.Training.Data.Annotations;
using SegFromScratch.Training.Data.Layouts;
using SegFromScratch.Training.Data.Polygons;

namespace SegFromScratch.Training.Data.Labelme;

/// <summary>Polygons drawn with labelme: a JSON file beside each image, divided by train.txt, val.txt and test.txt where train.txt is present.</summary>
internal sealed class LabelmeLayout : IDataLayout
{
    private const byte Void = 255;

    public string Name => "labelme";

    public string Signature => "labelme's json beside each image";

    public bool IsPresent(string path) => Directory.Exists(path) && AnnotationSearch.Has(path, AnnotationKind.Labelme);

    public DataSetContents Open(string path, DataSetOptions options)
    {
        string[] files = [.. Directory.EnumerateFiles(path, "*.json").Order(StringComparer.Ordinal).Where(file => AnnotationHead.KindOf(file) == AnnotationKind.Labelme)];
        if (files.Length == 0)
            throw new DataSetException($"{path}: no annotation of labelme (json) in it.");
        byte ignoreIndex = (byte)(options.IgnoreIndex ?? Void);
        LabelmeClasses classes = LabelmeClasses.Of(path, () => files.SelectMany(LabelmeFile.Labels), ignoreIndex);
        var finder = new ImageFinder(path, "images");
        AnnotatedImage[] images = [.. files.Select(file => LabelmeFile.Read(file, finder, classes))];
        Dictionary<string, int> byName = [];
        for (int index = 0; index < images.Length; index++)
        {
            if (!byName.TryAdd(Path.GetFileNameWithoutExtension(images[index].Path), index))
                throw new DataSetException($"{images[index].Source}: {images[index].Path} is annotated in another file already; remove one of the two.");
        }
        return new DataSetContents($"{files.Length} images with json (labelme)", new PolygonDataSet(FolderNames.DataSetName(path), images, classes.Table, ignoreIndex) { Root = path })
        {
            Given = NameList.Parts(path, byName),
        };
    }
}
