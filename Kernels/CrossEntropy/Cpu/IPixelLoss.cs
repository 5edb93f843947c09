using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.CrossEntropy.Cpu;

/// <summary>What a loss makes of the softmax of pixels. Implementations are structs, so that each job is compiled for its own.</summary>
internal unsafe interface IPixelLoss
{
    /// <summary>The most pixels of a run.</summary>
    const int MostPixels = 64;

    /// <summary>Writes the losses of a run of pixels.</summary>
    /// <param name="run">The pixels.</param>
    void Finish(in SoftmaxRun run);
}

/// <summary>Pixels that follow each other, at most <see cref="IPixelLoss.MostPixels"/>, and what is known of their softmax.</summary>
internal unsafe ref struct SoftmaxRun
{
    /// <summary>The first pixel's place, n, y, x in order.</summary>
    public nint Place;

    /// <summary>How many pixels.</summary>
    public int Count;

    /// <summary>The logits of the first; <see cref="Classes"/> says where each lies.</summary>
    public float* Logits;

    /// <summary>Floats from one pixel to the next.</summary>
    public nint Step;

    /// <summary>The channels of a pixel.</summary>
    public ClassVectors Classes;

    /// <summary>The largest logit of each pixel.</summary>
    public float* Largest;

    /// <summary>log of the sum over the classes of exp(x - largest) of each pixel.</summary>
    public float* Logarithms;
}
