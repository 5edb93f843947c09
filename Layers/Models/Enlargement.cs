using SegFromScratch.Kernels.Interpolation;

namespace SegFromScratch.Layers.Models;

/// <summary>How a network enlarges features and logits.</summary>
public enum Enlargement
{
    /// <summary>Bilinear, corners upon corners: TensorFlow 1's DeepLab.</summary>
    Corners,

    /// <summary>Bilinear, pixel centres at half: TensorFlow 2 and Keras, and PyTorch's <c>align_corners=False</c>.</summary>
    HalfPixel,

    /// <summary>The nearest pixel: Keras's <c>UpSampling2D</c>.</summary>
    Nearest,
}

/// <summary>From the networks' choice to the operation's.</summary>
internal static class EnlargementModes
{
    /// <summary>How the operation reads between pixels.</summary>
    public static InterpolationMode Mode(this Enlargement enlargement) => enlargement switch
    {
        Enlargement.Corners => InterpolationMode.BilinearAlignCorners,
        Enlargement.HalfPixel => InterpolationMode.Bilinear,
        Enlargement.Nearest => InterpolationMode.Nearest,
        _ => throw new ArgumentOutOfRangeException(nameof(enlargement), enlargement, "is no way to enlarge"),
    };
}
