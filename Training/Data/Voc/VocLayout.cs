using SegFromScratch.Training.Data.Layouts;
using SegFromScratch.Training.Data.Masks;

namespace SegFromScratch.Training.Data.Voc;

/// <summary>
/// PASCAL VOC's segmentation task: JPEGImages/, palette masks in SegmentationClass/ and lists in ImageSets/Segmentation/. Also what labelme
/// exports for it, which has class_names.txt and no lists, and masks in SegmentationClassPNG/ in older versions.
/// </summary>
internal sealed class VocLayout : IDataLayout
{
    private const string ImageFolder = "JPEGImages";
    private const byte Void = 255;

    private static readonly string[] _maskFolders = ["SegmentationClass", "SegmentationClassPNG"];

    // What people point at: the year's folder, the kit, or what the archive unpacks to.
    private static readonly string[] _roots = ["", "VOC2012", "VOCdevkit/VOC2012"];

    public string Name => "voc";

    public string Signature => "JPEGImages/ with SegmentationClass/";

    public bool IsPresent(string path) => Root(path) is not null;

    public DataSetContents Open(string path, DataSetOptions options)
    {
        string root = Root(path) ?? throw new DataSetException($"{Path.Combine(path, ImageFolder)}: the folder is missing, or {_maskFolders[0]}/ beside it is; VOC has both.");
        string masks = Path.Combine(root, MaskFolder(root)!);
        ClassTable classes = Classes(root);
        var report = new PairingReport(options.KeepGoing);
        ImageMaskPair[] pairs = FindPairs(Path.Combine(root, ImageFolder), masks, report);
        string lists = Path.Combine(root, "ImageSets", "Segmentation"), trainList = Path.Combine(lists, "train.txt"), validationList = Path.Combine(lists, "val.txt");
        Dictionary<string, int> byName = FolderPairs.ByName(pairs);
        var samples = new FolderDataSet(FolderNames.DataSetName(path), pairs, classes, (byte)(options.IgnoreIndex ?? Void));
        return new DataSetContents($"{ImageFolder}/ and {Path.GetFileName(masks)}/ (PASCAL VOC)", samples)
        {
            // VOC's test.txt names images whose masks are secret, so it is not read.
            Given = File.Exists(trainList)
                ? new GivenParts(NameList.Select(trainList, byName), File.Exists(validationList) ? NameList.Select(validationList, byName) : null, null)
                : null,
            Unpaired = report.Lines,
        };
    }

    private static string? Root(string path) => _roots.Select(root => Path.Combine(path, root))
        .FirstOrDefault(root => FolderNames.HasAll(root, ImageFolder) && MaskFolder(root) is not null);

    private static string? MaskFolder(string root) => _maskFolders.FirstOrDefault(folder => FolderNames.HasAll(root, folder));

    private static ClassTable Classes(string root)
    {
        string exported = Path.Combine(root, "class_names.txt");
        return File.Exists(exported) ? ClassTable.FromFile(exported) : FolderNames.Classes(root) ?? VocClasses.Table;
    }

    // Most of VOC's 17,125 images have no mask, so the masks say which images are samples.
    private static ImageMaskPair[] FindPairs(string imageFolder, string maskFolder, PairingReport report)
    {
        List<ImageMaskPair> pairs = [];
        foreach (string mask in ImageReading.Files(maskFolder))
        {
            if (ImageReading.Find(imageFolder, Path.GetFileNameWithoutExtension(mask)) is { } image)
                pairs.Add(new ImageMaskPair(image, mask));
            else
                report.SpareMask($"{mask}: no image of this name in {imageFolder}; the mask is not used.");
        }
        return pairs.Count > 0 ? [.. pairs] : throw new DataSetException($"{maskFolder}: no mask (png) of an image in {imageFolder}.");
    }
}
