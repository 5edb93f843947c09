namespace SegFromScratch.Kernels.Interpolation;

/// <summary>How an image is read between its pixels. The three differ by where output pixel i of an axis reads an input of n pixels for m outputs.</summary>
public enum InterpolationMode
{
    /// <summary>The pixel floor(i * n / m). PyTorch: <c>nearest</c>; Keras: <c>UpSampling2D</c>.</summary>
    Nearest,

    /// <summary>Linear on both axes, pixel centres at half: (i + 0.5) * n / m - 0.5. PyTorch: <c>bilinear, align_corners=False</c>; TensorFlow 2: <c>resize</c>; Keras: <c>UpSampling2D("bilinear")</c>.</summary>
    Bilinear,

    /// <summary>Linear on both axes, corners upon corners: i * (n - 1) / (m - 1). PyTorch: <c>bilinear, align_corners=True</c>; DeepLab in TensorFlow 1, PSPNet.</summary>
    BilinearAlignCorners,
}
