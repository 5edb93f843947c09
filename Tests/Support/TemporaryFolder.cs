using SegFromScratch.Training.Images;

namespace SegFromScratch.Tests.Support;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("seg-test-").FullName;

    public string this[string relativePath] => System.IO.Path.Combine(Path, relativePath);

    public string File(string name) => this[name];

    public void WriteImage(string relativePath, int width = 8, int height = 6, byte value = 100)
    {
        var image = new Image(width, height, 3);
        image.Pixels.AsSpan().Fill(value);
        ImageFile.WritePng(Prepare(relativePath), image);
    }

    public void WriteMask(string relativePath, int width = 8, int height = 6, params byte[] firstLabels)
    {
        var mask = new IndexMask(width, height, new byte[width * height]);
        firstLabels.CopyTo(mask.Labels, 0);
        ImageFile.WritePng(Prepare(relativePath), mask, null);
    }

    public void WriteText(string relativePath, string text) => System.IO.File.WriteAllText(Prepare(relativePath), text);

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private string Prepare(string relativePath)
    {
        string path = this[relativePath];
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        return path;
    }
}
