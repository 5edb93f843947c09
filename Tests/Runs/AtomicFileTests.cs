using SegFromScratch.Training.Files;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Tests.Runs;

public sealed class AtomicFileTests : FolderTests
{
    [Test]
    public void A_file_is_created_and_replaced()
    {
        string path = Folder.File("a.txt");
        AtomicFile.WriteText(path, "é\n");
        Assert.That(File.ReadAllBytes(path), Is.EqualTo("é\n"u8.ToArray()));
        AtomicFile.WriteBytes(path, new byte[] { 1 });
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(new byte[] { 1 }));
        Assert.That(Directory.GetFileSystemEntries(Folder.Path), Has.Length.EqualTo(1));
    }

    [Test]
    public void A_refusal_of_the_disk_leaves_the_old_file_and_no_temporary()
    {
        string path = Folder.File("a.txt");
        AtomicFile.WriteText(path, "old");
        FileWriteException refusal = Assert.Throws<FileWriteException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write(new byte[100]);

            // No file can be as long as this, so the operating system refuses.
            stream.Position = long.MaxValue - 1;
            stream.Write(new byte[100_000]);
        }))!;
        Assert.That(refusal.Message, Does.StartWith($"Cannot write '{path}': ").And.Not.Contain("\n").And.Not.Contain(".partial"));
        Assert.That(File.ReadAllText(path), Is.EqualTo("old"));
        Assert.That(Directory.GetFileSystemEntries(Folder.Path), Has.Length.EqualTo(1));
    }

    [TestCase(28, "the disk is full or the quota used up; make room there, or choose another disk")]
    [TestCase(unchecked((int)0x80070070), "the disk is full or the quota used up; make room there, or choose another disk")]
    [TestCase(5, "Input/output error")]
    public void What_the_system_says_is_told_without_the_temporary_name(int number, string expected) =>
        Assert.That(FileWriteException.For("a.txt", new IOException("Input/output error : '/some/temporary'.", number)).Message, Is.EqualTo($"Cannot write 'a.txt': {expected}."));

    [Test]
    public void A_fault_of_the_caller_passes_with_its_own_words_and_leaves_no_temporary()
    {
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(Folder.File("a"), _ => throw new InvalidOperationException()));
        Assert.That(
            () => AtomicFile.Write(Folder.File("a"), _ => File.ReadAllText(Folder.File("absent.png"))),
            Throws.TypeOf<FileNotFoundException>().With.Message.Contains("absent.png"));
        Assert.That(Directory.GetFileSystemEntries(Folder.Path), Is.Empty);
    }

    [Test]
    public void A_folder_that_takes_no_files_is_one_clear_line()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Ignore("Only Linux has a folder that even its administrator cannot write to.");
        string message = Assert.Throws<FileWriteException>(() => AtomicFile.WriteText("/proc/self/a.txt", "x"))!.Message;
        Assert.That(message, Does.StartWith("Cannot write '/proc/self/a.txt': ").And.Not.Contain("\n"));
    }

    [Test]
    public void Leftovers_of_killed_writers_are_removed_and_nothing_else()
    {
        string[] kept = [Folder.File("a.txt"), Folder.File(".hidden"), Folder.File("b.partial")];
        foreach (string path in kept)
            File.WriteAllText(path, "");
        File.WriteAllText(Folder.File(".a.txt.0123456789abcdef0123456789abcdef.partial"), "");
        AtomicFile.RemoveLeftovers(Folder.Path);
        Assert.That(Directory.GetFiles(Folder.Path), Is.EquivalentTo(kept));
    }
}
