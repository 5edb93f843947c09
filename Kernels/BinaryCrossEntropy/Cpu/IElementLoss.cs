using System.Runtime.Intrinsics;

namespace SegFromScratch.Kernels.BinaryCrossEntropy.Cpu;

/// <summary>A loss of each logit by itself, eight at a time. Implementations are structs, so that each job is compiled for its own.</summary>
internal interface IElementLoss
{
    /// <summary>The loss of logits x with targets t.</summary>
    Vector256<float> Loss(Vector256<float> x, Vector256<float> t);

    /// <summary>Its derivative by x.</summary>
    Vector256<float> Slope(Vector256<float> x, Vector256<float> t);
}
