namespace SegFromScratch.Training.Data;

/// <summary>Opens the two layouts of images with index masks. See <see cref="DataSets.Open"/>.</summary>
internal static class FolderLayout
{
    private const int CamVidVoid = 11;
    private const int UsualVoid = 255;

    public static bool HasSplitFolders(string folder) =>
        Directory.Exists(Path.Combine(folder, "train")) && Directory.Exists(Path.Combine(folder, "trainannot"));

    public static bool HasImagesAndMasks(string folder) =>
        Directory.Exists(Path.Combine(folder, "images")) && Directory.Exists(Path.Combine(folder, "masks"));

    /// <summary>train/ + trainannot/, val/ + valannot/ and, where present, test/ + testannot/.</summary>
    public static DataSetParts OpenSplitFolders(string folder, DataSetOptions options)
    {
        string classFile = Path.Combine(folder, "classes.txt");
        ClassTable classes = File.Exists(classFile) ? ClassTable.FromFile(classFile) : ClassTable.CamVid;
        byte ignoreIndex = (byte)(options.IgnoreIndex ?? CamVidVoid);
        if (!Directory.Exists(Path.Combine(folder, "val")))
            throw new DataSetException($"{Path.Combine(folder, "val")}: the folder is missing; beside train/ and trainannot/ there must be val/ and valannot/.");
        return new DataSetParts(
            "train/, val/ and test/ with ...annot/ (CamVid)", Part("train"), Part("val"), Directory.Exists(Path.Combine(folder, "test")) ? Part("test") : null);

        FolderDataSet Part(string part)
        {
            ImageMaskPair[] pairs = FolderPairs.Find(Path.Combine(folder, part), Path.Combine(folder, part + "annot"));
            string list = Path.Combine(folder, part + ".txt");
            return new FolderDataSet(NameOf(folder, part), File.Exists(list) ? FolderPairs.Select(pairs, list) : pairs, classes, ignoreIndex);
        }
    }

    /// <summary>images/ + masks/; divided by train.txt, val.txt and test.txt where train.txt is present, else by the seed.</summary>
    public static DataSetParts OpenImagesAndMasks(string folder, DataSetOptions options)
    {
        ImageMaskPair[] pairs = FolderPairs.Find(Path.Combine(folder, "images"), Path.Combine(folder, "masks"));
        byte ignoreIndex = (byte)(options.IgnoreIndex ?? UsualVoid);
        string classFile = Path.Combine(folder, "classes.txt");
        ClassTable classes = File.Exists(classFile) ? ClassTable.FromFile(classFile) : ClassTable.Numbered(CountClasses(folder, pairs, ignoreIndex));
        if (Listed("train") is not { } train)
        {
            (ImageMaskPair[] drawn, ImageMaskPair[] kept) = SeededSplit.Split(pairs, options.ValidationShare, options.Seed);
            return new DataSetParts("images/ and masks/, divided by seed", Make("train", drawn), Make("val", kept), null);
        }
        ImageMaskPair[]? test = Listed("test");
        ImageMaskPair[] validation = Listed("val") ?? [.. pairs.Except(train).Except(test ?? [])];
        return new DataSetParts(
            "images/ and masks/, divided by train.txt", Make("train", train), Make("val", validation), test is null ? null : Make("test", test));

        ImageMaskPair[]? Listed(string part)
        {
            string list = Path.Combine(folder, part + ".txt");
            return File.Exists(list) ? FolderPairs.Select(pairs, list) : null;
        }

        FolderDataSet Make(string part, ImageMaskPair[] chosen) => new(NameOf(folder, part), chosen, classes, ignoreIndex);
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
                + "write the classes as 0, 1, 2, ... (not as black and white), or choose another --ignore-index.");
        }
        return highest + 1;
    }

    private static string NameOf(string folder, string part) => $"{Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)))} {part}";
}
