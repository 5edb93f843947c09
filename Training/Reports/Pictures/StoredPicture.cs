using SegFromScratch.Training.Files;
using SegFromScratch.Training.Images;
using SegFromScratch.Training.Runs;

namespace SegFromScratch.Training.Reports.Pictures;

/// <summary>A picture of a report, as it lies in the run folder.</summary>
/// <param name="Summary">What it shows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Png">The file.</param>
public sealed record StoredPicture(PictureSummary Summary, int Width, int Height, ReadOnlyMemory<byte> Png)
{
    /// <summary>Writes all kept pictures into the run folder, over those of an earlier epoch.</summary>
    /// <exception cref="FileWriteException">One cannot be written.</exception>
    public static IReadOnlyList<StoredPicture> Save(RunFolder folder, ValidationPictures pictures, int epoch)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(pictures);
        Directory.CreateDirectory(Path.Combine(folder.Path, RunFolder.PicturesName));
        List<StoredPicture> stored = [];
        foreach (PictureGroup group in Enum.GetValues<PictureGroup>())
        {
            for (int number = 1; number <= pictures.Of(group).Count; number++)
            {
                ValidationPicture picture = pictures.Of(group)[number - 1];
                using var png = new MemoryStream();
                ImageFile.WritePng(png, picture.Sheet);
                string file = $"{RunFolder.PicturesName}/{Name(group)}-{number}.png";
                stored.Add(new StoredPicture(new PictureSummary(file, group, picture.Name, picture.Score, epoch), picture.Sheet.Width, picture.Sheet.Height, png.ToArray()));
                AtomicFile.WriteBytes(Path.Combine(folder.Path, file), stored[^1].Png);
            }
        }

        return stored;
    }

    /// <summary>Reads the pictures that a summary names; those that are gone or damaged are left out.</summary>
    public static IReadOnlyList<StoredPicture> Load(RunFolder folder, RunSummary summary)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(summary);
        List<StoredPicture> stored = [];
        foreach (PictureSummary picture in summary.Pictures)
        {
            try
            {
                // The name is taken from a file that anybody may have changed: only the pictures' own folder is read.
                byte[] png = File.ReadAllBytes(Path.Combine(folder.Path, RunFolder.PicturesName, Path.GetFileName(picture.File)));
                (int width, int height) = ImageFile.ReadSize(png, picture.File);
                stored.Add(new StoredPicture(picture, width, height, png));
            }
            catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or ImageFormatException)
            {
            }
        }

        return stored;
    }

    private static string Name(PictureGroup group) => group switch
    {
        PictureGroup.First => "first",
        PictureGroup.Best => "best",
        _ => "worst",
    };
}
