using System.Runtime.Intrinsics;

namespace SegFromScratch.Kernels.Cpu;

/// <summary>A function of one number, eight at a time. Implementations are structs, so that each job is compiled for its own.</summary>
internal interface IVectorFunction
{
    /// <summary>f(x).</summary>
    Vector256<float> Apply(Vector256<float> x);
}

/// <summary>A function of two numbers, eight at a time.</summary>
internal interface IVectorFunction2
{
    /// <summary>f(a, b).</summary>
    Vector256<float> Apply(Vector256<float> a, Vector256<float> b);
}
