namespace SegFromScratch.Training.Data;

/// <summary>Finds which mask belongs to which image: the files have the same name but for the extension.</summary>
internal static class FolderPairs
{
    /// <summary>All images of a folder with their masks, in ordinal order.</summary>
    /// <exception cref="DataSetException">The folder has no image, or an image has no mask.</exception>
    public static ImageMaskPair[] Find(string imageFolder, string maskFolder)
    {
        string[] images = ImageReading.Files(imageFolder);
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
        return [.. images.Select(image => masks.TryGetValue(BaseName(image), out string? mask)
            ? new ImageMaskPair(image, mask)
            : throw new DataSetException($"{image}: no mask of this name in {maskFolder}; add {BaseName(image)}.png or remove the image."))];
    }

    /// <summary>
    /// The pairs that a list names, in the list's order: one image a line, by name with or without folder and extension; what follows
    /// a space (lists often name the mask too) is passed over.
    /// </summary>
    /// <exception cref="DataSetException">A line names no image of the folder.</exception>
    public static ImageMaskPair[] Select(IReadOnlyList<ImageMaskPair> pairs, string listFile)
    {
        var byName = pairs.ToDictionary(pair => BaseName(pair.Image));
        string[] lines = File.ReadAllLines(listFile);
        List<ImageMaskPair> selected = [];
        for (int i = 0; i < lines.Length; i++)
        {
            string first = lines[i].Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries).FirstOrDefault("");
            if (first.Length == 0)
                continue;
            selected.Add(byName.TryGetValue(BaseName(first), out ImageMaskPair? pair)
                ? pair
                : throw new DataSetException($"{listFile}, line {i + 1}: no image named {first}; mend the list or add the image."));
        }
        return [.. selected];
    }

    private static string BaseName(string path) => Path.GetFileNameWithoutExtension(path);
}
