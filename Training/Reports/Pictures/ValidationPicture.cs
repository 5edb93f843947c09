using SegFromScratch.Training.Images;

namespace SegFromScratch.Training.Reports.Pictures;

/// <summary>What a network says about one image of the validation part.</summary>
/// <param name="name">The image's file name.</param>
/// <param name="score">The image's own score, 0 to 1.</param>
/// <param name="sheet">Draws it; most pictures make room for others before they are looked at.</param>
public sealed class ValidationPicture(string name, double score, Lazy<Image> sheet)
{
    /// <summary>The image's file name.</summary>
    public string Name => name;

    /// <summary>The image's own score, 0 to 1.</summary>
    public double Score => score;

    /// <summary>Picture, truth, prediction and difference side by side.</summary>
    public Image Sheet => sheet.Value;
}
