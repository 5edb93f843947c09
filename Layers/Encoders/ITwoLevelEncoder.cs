using SegFromScratch.Engine.Tensors;

namespace SegFromScratch.Layers.Encoders;

/// <summary>An encoder that gives its last features and early ones at a quarter of the image's size.</summary>
public interface ITwoLevelEncoder : IEncoder
{
    /// <summary>Channels of the last features.</summary>
    int Channels { get; }

    /// <summary>Channels of the early features.</summary>
    int LowLevelChannels { get; }

    /// <summary>The last features and the early ones: the caller owns one reference to each.</summary>
    (Tensor Output, Tensor LowLevel) ForwardWithLowLevel(Step step, Tensor input);
}
