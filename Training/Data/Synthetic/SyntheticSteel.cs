using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using SegFromScratch.Training.Data.Severstal;
using SegFromScratch.Training.Images;

namespace SegFromScratch.Training.Data.Synthetic;

/// <summary>
/// Makes pictures of steel strips with four kinds of defects in Severstal's layout (train_images/, train.csv), so that everything can
/// be tried without a download. Pits in clusters, thin upright cracks, long bright scratches and rough patches stand for classes 1 to 4.
/// </summary>
public static class SyntheticSteel
{
    private const string MarkerFile = "synthetic.json";

    // Raised whenever the same seed begins to give other pictures, so that old folders are not taken for new ones.
    private const int Version = 2;

    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, Converters = { new JsonStringEnumConverter() } };

    /// <summary>
    /// Writes the pictures and their table, or leaves them as they are where the folder holds the same ones already. The same arguments
    /// give the same bytes.
    /// </summary>
    /// <param name="folder">Created where missing; must be empty or made by this method.</param>
    /// <param name="count">Pictures, at least 2.</param>
    /// <param name="seed">Decides every pixel.</param>
    /// <param name="width">Columns, at least 32.</param>
    /// <param name="height">Rows, at least 16; defects grow with it.</param>
    /// <param name="shares">How often each class is shown.</param>
    /// <returns>True where pictures were made, false where they were there.</returns>
    /// <exception cref="DataSetException">The folder holds other files.</exception>
    public static bool Generate(string folder, int count, long seed, int width = 1600, int height = 256, DefectShares shares = DefectShares.Even)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 32);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 16);
        var wanted = new Marker(Version, count, seed, width, height, shares, IsComplete: true);
        string images = Path.Combine(folder, SeverstalLayout.ImageFolder), markerPath = Path.Combine(folder, MarkerFile);
        Marker? found = ReadMarker(markerPath);
        if (found == wanted && IsWhole(images, count) && File.Exists(Path.Combine(folder, SeverstalLayout.TableFile)))
            return false;
        if (found is null && Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new DataSetException($"{folder}: the folder holds files that the generator did not make; choose an empty or a new one.");

        Directory.CreateDirectory(images);
        // Written first and unfinished: an interrupted run leaves a folder that the next one knows for its own, and completes.
        WriteMarker(markerPath, wanted with { IsComplete = false });
        foreach (string old in Directory.EnumerateFiles(images, "steel_*.png"))
            File.Delete(old);
        File.WriteAllText(Path.Combine(folder, SeverstalLayout.TableFile), WriteImages(images, wanted));
        WriteMarker(markerPath, wanted);
        return true;
    }

    // A file that was not on the disk when the power failed is there, and empty.
    private static bool IsWhole(string images, int count)
    {
        string[] files = ImageReading.Files(images);
        return files.Length == count && files.All(file => new FileInfo(file).Length > 0);
    }

    private static string WriteImages(string folder, Marker wanted)
    {
        SeededRandom random = SeededRandom.For(wanted.Seed);
        int[][] classes = DefectCombinations.Assign(wanted.Count, wanted.Shares, ref random);
        string[] rows = new string[wanted.Count];
        Parallel.For(0, wanted.Count, () => new SteelStrip(wanted.Width, wanted.Height), (index, _, strip) =>
        {
            string name = $"steel_{index:D5}.png";
            SeededRandom own = SeededRandom.For(wanted.Seed, index);
            strip.Paint(classes[index], ref own);

            // Without waiting for the disk, 320 times: what is missing after a crash is noticed and made again.
            using (FileStream file = File.Create(Path.Combine(folder, name)))
                ImageFile.WritePng(file, strip.Image);
            rows[index] = string.Concat(classes[index].Select(classId => $"{name},{classId},{strip.EncodedMask(classId)}\n"));
            return strip;
        }, _ => { });
        return new StringBuilder("ImageId,ClassId,EncodedPixels\n").AppendJoin("", rows).ToString();
    }

    private static Marker? ReadMarker(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<Marker>(File.ReadAllText(path), Format) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void WriteMarker(string path, Marker marker) => File.WriteAllText(path, JsonSerializer.Serialize(marker, Format));

    private sealed record Marker(int Version, int Count, long Seed, int Width, int Height, DefectShares Shares, bool IsComplete);
}
