namespace SegFromScratch.Training.Submission;

/// <summary>The masks of one image.</summary>
/// <param name="Image">Its file name.</param>
/// <param name="Width">Columns of the image as it is in its file.</param>
/// <param name="Height">Rows.</param>
/// <param name="Masks">Each class's mask as <see cref="Data.Severstal.RunLengthEncoding"/> writes it; empty where there is nothing.</param>
public sealed record SubmissionImage(string Image, int Width, int Height, IReadOnlyList<string> Masks);
