namespace SegFromScratch.Tests.Images;

/// <summary>Real pictures, where the data sets lie beside the repository or where SEG_SHARED_DATA says.</summary>
internal static class SharedPictures
{
    private static readonly string[] Sets = ["camvid", "severstal", "isbi2012", "dsb2018_nuclei", "labelme_voc", "drinks_via"];

    /// <summary>Every PNG and JPEG of the data sets, in order of their names; the test is skipped where there are none.</summary>
    public static IReadOnlyList<string> All()
    {
        string[] pictures = SharedData.Root is not { } root ? [] :
        [
            .. Sets.Select(set => Path.Combine(root, set))
                .Where(Directory.Exists)
                .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
                .Where(path => Path.GetExtension(path).ToUpperInvariant() is ".PNG" or ".JPG" or ".JPEG")
                .Order(StringComparer.Ordinal),
        ];
        if (pictures.Length == 0)
            Assert.Ignore("There are no pictures in a shared/data above the tests, nor where SEG_SHARED_DATA says.");
        return pictures;
    }
}
