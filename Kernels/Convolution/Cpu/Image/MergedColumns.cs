namespace SegFromScratch.Kernels.Convolution.Cpu.Image;

/// <summary>
/// The input gradient of a convolution with column stride s, for an image of few channels, as that of one with column stride 1 for an image of
/// s times the channels and one s-th of the columns: channel (residue * C + c) of its column j is channel c of column s * j + residue.
/// Few channels leave most lanes of a vector empty; this fills them, and one pass takes the place of s.
/// </summary>
/// <remarks>
/// Output q reaches column s * j + residue through tap t where q * s = s * j + residue + padding - dilation * t, that is from the distance
/// q - j = (residue + padding - dilation * t) / s. The merged kernel has one tap for each distance; taps that a residue lacks weigh zero.
/// </remarks>
internal readonly struct MergedColumns
{
    // One channel block: that is all that is separated afterwards.
    private const int MostChannels = 16;
    private readonly ConvolutionShape _original;

    /// <summary>Merges the columns of a convolution that <see cref="Supports"/> names.</summary>
    public MergedColumns(in ConvolutionShape shape)
    {
        _original = shape;
        int least = int.MaxValue;
        int most = int.MinValue;
        for (int residue = 0; residue < shape.StrideX; residue++)
        {
            for (int tap = 0; tap < shape.KernelWidth; tap++)
            {
                if (Distance(residue, tap) is not { } distance)
                    continue;
                least = Math.Min(least, distance);
                most = Math.Max(most, distance);
            }
        }

        Shape = shape with
        {
            InputChannels = shape.StrideX * shape.InputChannels,
            InputWidth = (shape.InputWidth + shape.StrideX - 1) / shape.StrideX,
            KernelWidth = most - least + 1,
            StrideX = 1,
            PaddingLeft = most,
            DilationX = 1,
        };
    }

    /// <summary>The merged convolution.</summary>
    public ConvolutionShape Shape { get; }

    /// <summary>Whether there is something to merge, and the merged channels fit one block.</summary>
    public static bool Supports(in ConvolutionShape shape) =>
        shape is { StrideX: > 1, Groups: 1 } && shape.StrideX * shape.InputChannels <= MostChannels;

    /// <summary>Brings weights K,C,kh,kw into the order of the merged convolution.</summary>
    /// <param name="weight">The weights of the original.</param>
    /// <param name="merged">Room for those of <see cref="Shape"/>.</param>
    public unsafe void Merge(float* weight, float* merged)
    {
        new Span<float>(merged, (int)Shape.Weight.Elements).Clear();
        ConvolutionShape s = _original;
        for (int residue = 0; residue < s.StrideX; residue++)
        {
            for (int tap = 0; tap < s.KernelWidth; tap++)
            {
                if (Distance(residue, tap) is not { } distance)
                    continue;
                for (int k = 0; k < s.OutputChannels; k++)
                {
                    float* from = weight + ((nint)k * s.InputChannels * s.KernelHeight * s.KernelWidth) + tap;
                    float* to = merged + (((((nint)k * s.StrideX) + residue) * s.InputChannels) * s.KernelHeight * Shape.KernelWidth) + Shape.PaddingLeft - distance;
                    for (int i = 0; i < s.InputChannels * s.KernelHeight; i++)
                        to[i * Shape.KernelWidth] = from[i * s.KernelWidth];
                }
            }
        }
    }

    private int? Distance(int residue, int tap)
    {
        int distance = residue + _original.PaddingLeft - (tap * _original.DilationX);
        return distance % _original.StrideX == 0 ? distance / _original.StrideX : null;
    }
}
