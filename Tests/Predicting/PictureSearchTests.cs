using SegFromScratch.Training.Data;

namespace SegFromScratch.Tests.Predicting;

/// <summary>Files, folders and patterns.</summary>
public sealed class PictureSearchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PictureSearchTests()
    {
        foreach (string name in (string[])["b.png", "a.png", "deep/c.png", "deep/er/d.png", "deep/er/e.png"])
            _folder.WriteImage(name);
        _folder.WriteText("notes.txt", "no picture");
        _folder.WriteText("._a.png", "hidden");
    }

    public void Dispose() => _folder.Dispose();

    [TestCase("a.png", "a.png")]
    [TestCase("", "a.png b.png")]
    [TestCase("deep/er", "deep/er/d.png deep/er/e.png")]
    [TestCase("*.png", "a.png b.png")]
    [TestCase("?.png", "a.png b.png")]
    [TestCase("*", "a.png b.png")]
    [TestCase("de*/*.png", "deep/c.png")]
    [TestCase("**/*.png", "a.png b.png deep/c.png deep/er/d.png deep/er/e.png")]
    [TestCase("**/er/[d-e].png", null)]
    [TestCase("deep/**/e.png", "deep/er/e.png")]
    [TestCase("**", "a.png b.png")]
    [TestCase("*.txt", null)]
    [TestCase("nowhere/*.png", null)]
    [TestCase("nowhere", null)]
    public void A_name_gives_these_pictures(string name, string? expected)
    {
        string path = Path.Combine(_folder.Path, name);
        if (expected is null)
            Assert.That(() => PictureSearch.Find([path]), Throws.TypeOf<DataSetException>().With.Message.StartsWith(path));
        else
            Assert.That(PictureSearch.Find([path]).Select(found => Path.GetRelativePath(_folder.Path, found).Replace('\\', '/')), Is.EqualTo(expected.Split(' ')));
    }

    [Test]
    public void A_picture_that_is_named_twice_is_found_once() =>
        Assert.That(PictureSearch.Find([_folder["a.png"], _folder["*.png"]]), Is.EqualTo(new[] { _folder["a.png"], _folder["b.png"] }));
}
