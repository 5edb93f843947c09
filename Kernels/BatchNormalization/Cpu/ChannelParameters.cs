using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.BatchNormalization.Cpu;

/// <summary>What normalisation needs of each channel, padded with zeros, so that padded channels come out as zeros.</summary>
internal unsafe struct ChannelParameters
{
    /// <summary>Vectors that <see cref="Fill"/> needs room for.</summary>
    public const int Vectors = 5;

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

    /// <summary>Lays the vectors side by side in memory and fills in mean, scale and beta; slope and constant are zeros.</summary>
    public static ChannelParameters Fill(
        in ChannelPlanes planes, ArrayView<float> gamma, ArrayView<float> beta, ArrayView<float> mean, ArrayView<float> inverseDeviation, float* memory)
    {
        int padded = planes.Blocks * planes.Block;
        var parameters = new ChannelParameters
        {
            Mean = memory,
            Scale = memory + padded,
            Beta = memory + (2 * padded),
            Slope = memory + (3 * padded),
            Constant = memory + (4 * padded),
        };
        ChannelVectors.Pad(mean, 0, planes.Channels, parameters.Mean, padded);
        ChannelVectors.Pad(gamma, 1, planes.Channels, parameters.Scale, padded);
        ChannelVectors.Pad(beta, 0, planes.Channels, parameters.Beta, padded);
        for (int c = 0; c < planes.Channels; c++)
            parameters.Scale[c] *= inverseDeviation[c];
        new Span<float>(parameters.Slope, 2 * padded).Clear();
        return parameters;
    }
}
