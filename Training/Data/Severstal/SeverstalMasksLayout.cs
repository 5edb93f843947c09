using System.Globalization;
using SegFromScratch.Training.Data.Layouts;
using SegFromScratch.Training.Data.Masks;

namespace SegFromScratch.Training.Data.Severstal;

/// <summary>train_images/ with masks made beforehand in train_masks/: ID_mask1.png to ID_mask4.png for ID.jpg, of 0 and 1, at the image's size or a whole part of it.</summary>
internal sealed class SeverstalMasksLayout : IDataLayout
{
    private const string MaskFolder = "train_masks";

    public string Name => "severstal-masks";

    public string Signature => $"{SeverstalLayout.ImageFolder}/ with {MaskFolder}/";

    // The table is the source of such masks, and says the same at full size.
    public bool IsPresent(string path) => FolderNames.HasAll(path, SeverstalLayout.ImageFolder, MaskFolder) && !File.Exists(Path.Combine(path, SeverstalLayout.TableFile));

    public DataSetContents Open(string path, DataSetOptions options)
    {
        string imageFolder = Path.Combine(path, SeverstalLayout.ImageFolder), maskFolder = Path.Combine(path, MaskFolder);
        string[] images = Directory.Exists(imageFolder) ? ImageReading.Files(imageFolder) : [];
        if (images.Length == 0)
            throw new DataSetException($"{imageFolder}: no image (png, jpg) in this folder.");
        if (!Directory.Exists(maskFolder))
            throw new DataSetException($"{maskFolder}: the folder is missing; it must hold {SeverstalTable.ClassCount} masks for every image of {imageFolder}.");
        var report = new PairingReport(options.KeepGoing);
        HashSet<string> spare = [.. ImageReading.Files(maskFolder)];
        List<LayeredSample> samples = [];
        foreach (string image in images)
        {
            string[] masks = [.. Enumerable.Range(1, SeverstalTable.ClassCount).Select(id => Path.Combine(maskFolder, MaskName(image, id)))];
            string? absent = masks.FirstOrDefault(mask => !spare.Remove(mask));
            if (absent is null)
                samples.Add(new LayeredSample(image, masks));
            else
                report.MissingMask($"{image}: no mask {absent}; add it (all 0 where the image lacks the defect) or remove the image.");
        }

        foreach (string mask in spare.Order(StringComparer.Ordinal))
            report.SpareMask($"{mask}: no image of {imageFolder} has a mask of this name; it is not used.");
        return new DataSetContents($"{Signature} (Severstal), {SeverstalTable.ClassCount} masks an image", new SeverstalMaskDataSet(FolderNames.DataSetName(path), samples)) { Unpaired = report.Lines };
    }

    private static string MaskName(string image, int classId) => string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileNameWithoutExtension(image)}_mask{classId}.png");
}
