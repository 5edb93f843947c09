using SegFromScratch.Training.Data.Masks;

namespace SegFromScratch.Training.Data.Layouts;

/// <summary>images/ + masks/: index masks of one's own, divided by train.txt, val.txt and test.txt where train.txt is present.</summary>
internal sealed class ImagesAndMasksLayout : IDataLayout
{
    private const byte UsualVoid = 255;

    public string Name => "folders";

    public string Signature => "images/ with masks/";

    public bool IsPresent(string path) => FolderNames.HasAll(path, "images", "masks");

    public DataSetContents Open(string path, DataSetOptions options)
    {
        var report = new PairingReport(options.KeepGoing);
        ImageMaskPair[] pairs = FolderPairs.Find(Path.Combine(path, "images"), Path.Combine(path, "masks"), report);
        byte ignoreIndex = (byte)(options.IgnoreIndex ?? UsualVoid);
        ClassTable classes = FolderNames.Classes(path) ?? ClassTable.Numbered(CountClasses(path, pairs, ignoreIndex));
        return new DataSetContents("images/ and masks/", new FolderDataSet(FolderNames.DataSetName(path), pairs, classes, ignoreIndex) { Root = path })
        {
            Given = NameList.Parts(path, FolderPairs.ByName(pairs)),
            Unpaired = report.Lines,
        };
    }

    // Without classes.txt the masks themselves say how many classes there are: the highest value anywhere, plus one.
    private static int CountClasses(string folder, ImageMaskPair[] pairs, byte ignoreIndex)
    {
        int highest = -1;
        foreach (ImageMaskPair pair in pairs)
        {
            foreach (byte label in ImageReading.Mask(pair.Mask).Labels)
            {
                if (label != ignoreIndex)
                    highest = Math.Max(highest, label);
            }
        }
        if (highest < 1)
        {
            throw new DataSetException(
                $"{Path.Combine(folder, "masks")}: the masks hold no value but 0 and the ignore index {ignoreIndex}; "
                + "write the classes as 0, 1, 2, ..., or choose another --ignore-index, or say --layout binary where they are black and white.");
        }
        return highest + 1;
    }
}
