using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.CrossEntropy.Cpu;

/// <summary>What a loss makes of the softmax of one pixel. Implementations are structs, so that each job is compiled for its own.</summary>
internal unsafe interface IPixelLoss
{
    /// <summary>Writes the loss of a pixel.</summary>
    /// <param name="place">The pixel, n, y, x in order.</param>
    /// <param name="pixel">Its logits; <paramref name="classes"/> says where each lies.</param>
    /// <param name="classes">The channels of a pixel.</param>
    /// <param name="largest">The largest logit.</param>
    /// <param name="log">log of the sum over the classes of exp(x - largest).</param>
    void Finish(nint place, float* pixel, ClassVectors classes, float largest, float log);
}
