namespace SegFromScratch.Kernels.Cpu;

/// <summary>Vectors with a number a channel, copied so that each is as long as the padded channels of a tensor.</summary>
internal static unsafe class ChannelVectors
{
    /// <summary>Copies a vector and pads it with zeros; an empty view gives one value for all channels.</summary>
    public static void Pad(ArrayView<float> vector, float otherwise, int channels, float* padded, int paddedChannels)
    {
        if (vector.Length > 0)
        {
            Pad(vector.Pointer, channels, padded, paddedChannels);
            return;
        }

        var target = new Span<float>(padded, paddedChannels);
        target.Clear();
        target[..channels].Fill(otherwise);
    }

    /// <summary>Copies a vector and pads it with zeros.</summary>
    public static void Pad(float* vector, int channels, float* padded, int paddedChannels)
    {
        var target = new Span<float>(padded, paddedChannels);
        target.Clear();
        new ReadOnlySpan<float>(vector, channels).CopyTo(target);
    }
}
