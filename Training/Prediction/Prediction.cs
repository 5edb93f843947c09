using SegFromScratch.Training.Data;
using SegFromScratch.Training.Images;

namespace SegFromScratch.Training.Prediction;

/// <summary>What a network says about one picture, at the picture's own size.</summary>
/// <param name="Width">Columns of the picture.</param>
/// <param name="Height">Rows of the picture.</param>
/// <param name="Probabilities">Classes x Height x Width.</param>
/// <param name="Classes">The most probable class of each pixel; null where classes are independent.</param>
/// <param name="Layers">Classes x Height x Width zeros and ones; null where each pixel has one class.</param>
public sealed record Prediction(int Width, int Height, float[] Probabilities, IndexMask? Classes, LayerMasks? Layers);
