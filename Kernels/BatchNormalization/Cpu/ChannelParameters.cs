using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.BatchNormalization.Cpu;

/// <summary>What normalisation needs of each channel, or of each channel of each image, padded with zeros, so that padded channels come out as zeros.</summary>
internal unsafe struct ChannelParameters
{
    private const int Vectors = 5;

    /// <summary>The mean.</summary>
    public float* Mean;

    /// <summary>gamma / deviation.</summary>
    public float* Scale;

    /// <summary>beta.</summary>
    public float* Beta;

    /// <summary>For gradients: what (input - mean) is multiplied by.</summary>
    public float* Slope;

    /// <summary>For gradients: what is added.</summary>
    public float* Constant;

    /// <summary>Images have numbers of their own.</summary>
    public bool PerImage;

    /// <summary>The floats that all vectors need room for.</summary>
    public static long Floats(in ChannelPlanes planes, bool perImage) =>
        (long)Vectors * planes.Blocks * planes.Block * (perImage ? planes.Batch : 1);

    /// <summary>Lays the vectors side by side in memory, all zeros.</summary>
    /// <param name="memory">Room for <see cref="Floats"/>.</param>
    /// <param name="length">Padded channels, times images where each has its own.</param>
    /// <param name="perImage">Images have numbers of their own.</param>
    public static ChannelParameters Zeros(float* memory, int length, bool perImage)
    {
        new Span<float>(memory, Vectors * length).Clear();
        return new ChannelParameters
        {
            Mean = memory,
            Scale = memory + length,
            Beta = memory + (2 * length),
            Slope = memory + (3 * length),
            Constant = memory + (4 * length),
            PerImage = perImage,
        };
    }

    /// <summary>Lays the vectors side by side in memory and fills in mean, scale and beta; slope and constant are zeros.</summary>
    public static ChannelParameters Fill(
        in ChannelPlanes planes, ArrayView<float> gamma, ArrayView<float> beta, ArrayView<float> mean, ArrayView<float> inverseDeviation, float* memory)
    {
        ChannelParameters parameters = Zeros(memory, planes.Blocks * planes.Block, perImage: false);
        float* scales = gamma.Pointer, shifts = beta.Pointer, means = mean.Pointer, inverse = inverseDeviation.Pointer;
        for (int c = 0; c < planes.Channels; c++)
        {
            parameters.Mean[c] = means[c];
            parameters.Scale[c] = (scales is null ? 1f : scales[c]) * inverse[c];
            parameters.Beta[c] = shifts is null ? 0f : shifts[c];
        }

        return parameters;
    }

    /// <summary>Where the numbers of a plane begin.</summary>
    public readonly int Of(int plane, in ChannelPlanes planes) => (PerImage ? plane : plane % planes.Blocks) * planes.Block;
}
