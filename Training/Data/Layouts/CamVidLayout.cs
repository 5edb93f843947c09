using SegFromScratch.Training.Data.Masks;

namespace SegFromScratch.Training.Data.Layouts;

/// <summary>train/ + trainannot/, val/ + valannot/ and, where present, test/ + testannot/: CamVid as SegNet's authors give it.</summary>
internal sealed class CamVidLayout : IDataLayout
{
    private const byte CamVidVoid = 11;

    public string Name => "camvid";

    public string Signature => "train/ with trainannot/";

    public bool IsPresent(string path) => FolderNames.HasAll(path, "train", "trainannot");

    public DataSetContents Open(string path, DataSetOptions options)
    {
        ClassTable classes = FolderNames.Classes(path) ?? ClassTable.CamVid;
        if (!FolderNames.HasAll(path, "val"))
            throw new DataSetException($"{Path.Combine(path, "val")}: the folder is missing; beside train/ and trainannot/ there must be val/ and valannot/.");
        List<ImageMaskPair> pairs = [];
        var report = new PairingReport(options.KeepGoing);
        int[] train = Part("train"), validation = Part("val");
        int[]? test = FolderNames.HasAll(path, "test") ? Part("test") : null;
        var samples = new FolderDataSet(FolderNames.DataSetName(path), pairs, classes, (byte)(options.IgnoreIndex ?? CamVidVoid)) { Root = path };
        return new DataSetContents("train/, val/ and test/ with ...annot/ (CamVid)", samples)
        {
            Given = new GivenParts(train, validation, test),
            Unpaired = report.Lines,
        };

        int[] Part(string part)
        {
            ImageMaskPair[] found = FolderPairs.Find(Path.Combine(path, part), Path.Combine(path, part + "annot"), report);
            string list = Path.Combine(path, part + ".txt");
            int[] chosen = File.Exists(list) ? NameList.Select(list, FolderPairs.ByName(found)) : [.. Enumerable.Range(0, found.Length)];
            int first = pairs.Count;
            pairs.AddRange(chosen.Select(index => found[index]));
            return [.. Enumerable.Range(first, chosen.Length)];
        }
    }
}
