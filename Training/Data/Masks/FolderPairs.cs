namespace SegFromScratch.Training.Data.Masks;

/// <summary>Finds which mask belongs to which image: the files have the same name but for the extension.</summary>
internal static class FolderPairs
{
    /// <summary>All images of a folder with their masks, in ordinal order.</summary>
    /// <param name="imageFolder">The folder of the images.</param>
    /// <param name="maskFolder">The folder of the masks.</param>
    /// <param name="report">Takes the files that have no counterpart.</param>
    /// <exception cref="DataSetException">The folder has no image, or an image has no mask and the report is strict.</exception>
    public static ImageMaskPair[] Find(string imageFolder, string maskFolder, PairingReport report)
    {
        string[] images = Directory.Exists(imageFolder) ? ImageReading.Files(imageFolder) : [];
        if (images.Length == 0)
            throw new DataSetException($"{imageFolder}: no image (png, jpg) in this folder.");
        if (!Directory.Exists(maskFolder))
            throw new DataSetException($"{maskFolder}: the folder is missing; it must hold a mask for every image of {imageFolder}.");
        Dictionary<string, string> masks = [];
        foreach (string mask in ImageReading.Files(maskFolder))
        {
            if (!masks.TryAdd(BaseName(mask), mask))
                throw new DataSetException($"{mask}: a second mask of this name; remove it or {masks[BaseName(mask)]}.");
        }
        List<ImageMaskPair> pairs = [];
        Dictionary<string, string> paired = [];
        foreach (string image in images)
        {
            string name = BaseName(image);
            if (masks.Remove(name, out string? mask))
            {
                pairs.Add(new ImageMaskPair(image, mask));
                paired.Add(name, image);
            }
            else
            {
                report.MissingMask(paired.TryGetValue(name, out string? first)
                    ? $"{image}: a second image of this name; remove it or {first}."
                    : $"{image}: no mask of this name in {maskFolder}; add {name}.png or remove the image.");
            }
        }
        foreach (string mask in masks.Values.Order(StringComparer.Ordinal))
            report.SpareMask($"{mask}: no image of this name in {imageFolder}; the mask is not used.");
        return [.. pairs];
    }

    /// <summary>The numbers of pairs by the base names of their images.</summary>
    public static Dictionary<string, int> ByName(IReadOnlyList<ImageMaskPair> pairs)
    {
        Dictionary<string, int> numbers = [];
        for (int i = 0; i < pairs.Count; i++)
        {
            if (!numbers.TryAdd(BaseName(pairs[i].Image), i))
                throw new DataSetException($"{pairs[i].Image}: a second image of this name; remove it or {pairs[numbers[BaseName(pairs[i].Image)]].Image}.");
        }
        return numbers;
    }

    private static string BaseName(string path) => Path.GetFileNameWithoutExtension(path);
}
