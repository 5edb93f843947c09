using SegFromScratch.Engine.Devices;

namespace SegFromScratch.Tests.Devices;

[TestFixture]
public sealed class KernelCacheTests
{
    private string _folder = "";

    [SetUp]
    public void Create() => _folder = Directory.CreateTempSubdirectory("seg-cache-").FullName;

    [TearDown]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Entries_come_back_whole_and_leave_no_drafts()
    {
        var cache = new KernelCache(Path.Combine(_folder, "deep", "er"));
        Assert.That(cache.Find("a"), Is.Null);
        cache.Store("a", [1, 2, 3]);
        cache.Store("a", [4, 5]);
        cache.Store("b", []);
        Assert.That(cache.Find("a"), Is.EqualTo(new byte[] { 4, 5 }));
        Assert.That(cache.Find("b"), Is.Empty);
        Assert.That(Directory.GetFiles(cache.Folder), Has.Length.EqualTo(2));
    }

    [Test]
    public void Damage_anywhere_makes_an_entry_absent()
    {
        var cache = new KernelCache(_folder);
        cache.Store("a", [1, 2, 3]);
        byte[] good = File.ReadAllBytes(cache.PathOf("a"));
        for (int i = 0; i < good.Length; i++)
        {
            byte[] damaged = [.. good];
            damaged[i] ^= 0x10;
            File.WriteAllBytes(cache.PathOf("a"), damaged);
            Assert.That(cache.Find("a"), Is.Null, $"byte {i}");
            File.WriteAllBytes(cache.PathOf("a"), good[..i]);
            Assert.That(cache.Find("a"), Is.Null, $"cut at {i}");
        }
    }

    [Test]
    public void Keys_tell_apart_every_part_and_where_it_ends()
    {
        string[] keys = [KernelCache.Key("ab", "c"), KernelCache.Key("a", "bc"), KernelCache.Key("abc"), KernelCache.Key("ab", "c", ""), KernelCache.Key("ab", "d")];
        Assert.That(keys, Is.Unique);
        Assert.That(KernelCache.Key("ab", "c"), Is.EqualTo(keys[0]));
        Assert.That(keys[0], Has.Length.EqualTo(64));
    }

    [Test]
    public void Folders_that_cannot_be_written_are_no_error()
    {
        string file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "in the way");
        var cache = new KernelCache(Path.Combine(file, "below"));
        Assert.That(() => cache.Store("a", [1]), Throws.Nothing);
        Assert.That(cache.Find("a"), Is.Null);
    }
}
