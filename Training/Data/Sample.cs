using SegFromScratch.Training.Images;

namespace SegFromScratch.Training.Data;

/// <summary>One image with its truth.</summary>
/// <param name="Name">The image's file name, for messages and for files written about it.</param>
/// <param name="Image">Three channels: red, green, blue.</param>
/// <param name="Target">The truth; as wide and as high as the image.</param>
public sealed record Sample(string Name, Image Image, SampleTarget Target);
