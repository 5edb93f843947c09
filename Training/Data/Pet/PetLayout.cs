using SegFromScratch.Training.Data.Layouts;
using SegFromScratch.Training.Data.Masks;

namespace SegFromScratch.Training.Data.Pet;

/// <summary>
/// Oxford-IIIT Pet: images/ and annotations/trimaps/ (1 pet, 2 background, 3 border: classes 0, 1, 2), with annotations/trainval.txt and
/// test.txt; without those, annotations/list.txt says which images are samples, and without it the trimaps do.
/// </summary>
internal sealed class PetLayout : IDataLayout
{
    private const byte Void = 255;

    private static readonly string _trimaps = Path.Combine("annotations", "trimaps");

    private static readonly ClassTable _classes = new(["pet", "background", "border"], [(128, 0, 0), (0, 0, 0), (255, 220, 0)]);

    public string Name => "pet";

    public string Signature => "images/ with annotations/trimaps/";

    public bool IsPresent(string path) => FolderNames.HasAll(path, "images", _trimaps);

    public DataSetContents Open(string path, DataSetOptions options)
    {
        string annotations = Path.Combine(path, "annotations"), trainList = Path.Combine(annotations, "trainval.txt"), testList = Path.Combine(annotations, "test.txt");
        var report = new PairingReport(options.KeepGoing);
        ImageMaskPair[] pairs = FindPairs(path, Path.Combine(annotations, "list.txt"), report);
        var samples = new FolderDataSet(FolderNames.DataSetName(path), pairs, _classes, (byte)(options.IgnoreIndex ?? Void)) { Coding = MaskCoding.Trimap };
        Dictionary<string, int> byName = FolderPairs.ByName(pairs);
        return new DataSetContents("images/ and annotations/trimaps/ (Oxford-IIIT Pet)", samples)
        {
            Given = File.Exists(trainList) ? new GivenParts(NameList.Select(trainList, byName), null, File.Exists(testList) ? NameList.Select(testList, byName) : null) : null,
            Unpaired = report.Lines,
        };
    }

    private static ImageMaskPair[] FindPairs(string path, string list, PairingReport report)
    {
        ImageMaskPair[] pairs = FolderPairs.Find(Path.Combine(path, "images"), Path.Combine(path, _trimaps), report);
        return File.Exists(list) ? [.. NameList.Select(list, FolderPairs.ByName(pairs)).Select(index => pairs[index])] : pairs;
    }
}
