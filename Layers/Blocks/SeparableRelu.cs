namespace SegFromScratch.Layers.Blocks;

/// <summary>Where a <see cref="SeparableConvolution"/> has ReLUs.</summary>
[Flags]
public enum SeparableRelu
{
    /// <summary>Nowhere.</summary>
    None = 0,

    /// <summary>Before the whole: a pass over memory of its own.</summary>
    Before = 1,

    /// <summary>After the normalisation of the 3x3 convolution.</summary>
    AfterDepthwise = 2,

    /// <summary>After the normalisation of the 1x1 convolution.</summary>
    AfterPointwise = 4,

    /// <summary>After both.</summary>
    AfterEach = AfterDepthwise | AfterPointwise,
}
