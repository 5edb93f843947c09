namespace SegFromScratch.Tests.Support;

/// <summary>Finds data sets that lie beside the repository and are no part of it.</summary>
internal static class SharedData
{
    /// <summary>A folder or file of the shared data; the test is skipped where it is absent.</summary>
    public static string Find(string relativePath)
    {
        foreach (string root in Roots())
        {
            string path = Path.Combine(root, relativePath);
            if (File.Exists(path) || Directory.Exists(path))
                return path;
        }
        Assert.Ignore($"shared/data/{relativePath} is not beside the repository, and SEG_SHARED_DATA does not name its folder.");
        throw new InvalidOperationException("Assert.Ignore returned.");
    }

    /// <summary>The folder of the shared data, or null.</summary>
    public static string? Root => Roots().FirstOrDefault(Directory.Exists);

    private static IEnumerable<string> Roots()
    {
        if (Environment.GetEnvironmentVariable("SEG_SHARED_DATA") is { Length: > 0 } named)
            yield return named;
        for (DirectoryInfo? folder = new(TestContext.CurrentContext.TestDirectory); folder is not null; folder = folder.Parent)
            yield return Path.Combine(folder.FullName, "shared", "data");
    }
}
