using SegFromScratch.Training.Images;

namespace SegFromScratch.Training.Reports.Pictures;

/// <summary>What a network says about one image of the validation part.</summary>
/// <param name="Name">The image's file name.</param>
/// <param name="Score">The image's own score, 0 to 1.</param>
/// <param name="Sheet">Picture, truth, prediction and difference side by side.</param>
public sealed record ValidationPicture(string Name, double Score, Image Sheet);
