namespace SegFromScratch.Tests.Support;

/// <summary>Tests of which each has an empty folder of its own, gone afterwards.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public abstract class FolderTests : IDisposable
{
    /// <summary>The folder of the test that runs.</summary>
    private protected TemporaryFolder Folder { get; } = new();

    /// <summary>Removes the folder.</summary>
    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }
}
