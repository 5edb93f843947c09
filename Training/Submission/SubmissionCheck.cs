using SegFromScratch.Training.Data.Severstal;

namespace SegFromScratch.Training.Submission;

/// <summary>Reads a submission back and compares it with what it should hold.</summary>
public static class SubmissionCheck
{
    /// <summary>
    /// Checks that each image and class has exactly one row, in order; that each mask decodes inside its image, with sorted runs that do not touch or overlap, and has as many
    /// pixels as were predicted.
    /// </summary>
    /// <param name="stream">The submission, from its start.</param>
    /// <param name="format">Its table.</param>
    /// <param name="classes">Classes.</param>
    /// <param name="expected">The images in order, with their sizes and the pixels of each class.</param>
    /// <returns>Masks with at least one pixel.</returns>
    /// <exception cref="SubmissionException">Something is wrong; the message names the row's image and class.</exception>
    public static int Run(Stream stream, SubmissionFormat format, int classes, IReadOnlyList<ExpectedImage> expected)
    {
        ArgumentNullException.ThrowIfNull(expected);
        int row = 0, filled = 0;
        byte[] plane = [];
        foreach ((string image, int number, string mask) in SubmissionTable.Read(stream, format, classes))
        {
            if (row == expected.Count * classes)
                throw new SubmissionException($"image '{image}', class {number}: a row too many.");
            ExpectedImage due = expected[row / classes];
            if (image != due.Image || number != (row % classes) + 1)
                throw new SubmissionException($"image '{image}', class {number} stands where image '{due.Image}', class {(row % classes) + 1} is due.");
            if (plane.Length != due.Width * due.Height)
                plane = new byte[due.Width * due.Height];
            plane.AsSpan().Clear();
            long pixels = Decode(mask, plane, due, number);
            if (pixels != due.Pixels[number - 1])
                throw new SubmissionException($"image '{image}', class {number}: {pixels} pixels, but {due.Pixels[number - 1]} were predicted.");
            filled += pixels > 0 ? 1 : 0;
            row++;
        }

        return row == expected.Count * classes
            ? filled
            : throw new SubmissionException($"image '{expected[row / classes].Image}', class {(row % classes) + 1}: its row is missing.");
    }

    private static long Decode(string mask, byte[] plane, ExpectedImage image, int number)
    {
        try
        {
            RunLengthEncoding.Decode(mask, plane, image.Width, image.Height);
        }
        catch (FormatException cause)
        {
            throw new SubmissionException($"image '{image.Image}', class {number}: {cause.Message}.", cause);
        }

        if (RunLengthEncoding.Encode(plane, image.Width, image.Height) != mask)
            throw new SubmissionException($"image '{image.Image}', class {number}: the runs touch each other or have spaces too many.");
        return plane.AsSpan().Count((byte)1);
    }
}

/// <summary>What a submission should hold about an image.</summary>
/// <param name="Image">Its file name.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Pixels">The pixels of each class's mask.</param>
public sealed record ExpectedImage(string Image, int Width, int Height, IReadOnlyList<long> Pixels);
