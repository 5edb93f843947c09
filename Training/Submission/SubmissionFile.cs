using SegFromScratch.Training.Data;
using SegFromScratch.Training.Data.Severstal;
using SegFromScratch.Training.Files;
using SegFromScratch.Training.Images;

namespace SegFromScratch.Training.Submission;

/// <summary>Writes a submission and reads it back before it gets its name.</summary>
public static class SubmissionFile
{
    /// <summary>Predicts pictures and writes their masks, as a whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">Its table.</param>
    /// <param name="pictures">The pictures in the order of the rows.</param>
    /// <param name="classes">Classes.</param>
    /// <param name="predict">The masks of a picture at its own size.</param>
    /// <param name="progress">Told the number of pictures done.</param>
    /// <returns>Masks with at least one pixel.</returns>
    /// <exception cref="SubmissionException">A picture cannot be read, what was written is wrong when it is read back, or two pictures have one name.</exception>
    /// <exception cref="FileWriteException">The file cannot be written.</exception>
    public static int Write(string path, SubmissionFormat format, IReadOnlyList<string> pictures, int classes, Func<Image, LayerMasks> predict, Action<int>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentNullException.ThrowIfNull(predict);
        if (pictures.GroupBy(Path.GetFileName).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new SubmissionException($"two pictures have the name '{twice.Key}': {string.Join(", ", twice)}.");
        int filled = 0;
        AtomicFile.Write(path, stream =>
        {
            List<ExpectedImage> expected = [];
            SubmissionTable.Write(stream, format, classes, pictures.Select(picture => Predict(picture)));
            stream.Position = 0;
            filled = SubmissionCheck.Run(stream, format, classes, expected);

            SubmissionImage Predict(string picture)
            {
                Image image = Read(picture);
                LayerMasks masks = predict(image);
                long[] pixels = new long[classes];
                masks.CountPixels(pixels);
                expected.Add(new ExpectedImage(Path.GetFileName(picture), image.Width, image.Height, pixels));
                progress?.Invoke(expected.Count);
                return new SubmissionImage(Path.GetFileName(picture), image.Width, image.Height, [.. Enumerable.Range(0, classes).Select(index => RunLengthEncoding.Encode(masks.Layer(index), image.Width, image.Height))]);
            }
        });
        return filled;
    }

    // What a picture is to blame for must not be told as a failure to write the table.
    private static Image Read(string picture)
    {
        try
        {
            return ImageFile.ReadRgb(picture);
        }
        catch (ImageFormatException cause)
        {
            throw new SubmissionException(cause.Message, cause);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new SubmissionException($"{picture}: cannot be read: {cause.Message}", cause);
        }
    }
}
