namespace SegFromScratch.Kernels.Convolution.Cpu;

/// <summary>The kernels that compute a forward pass or an input gradient on the <c>cpu</c> device.</summary>
internal enum ConvolutionWay
{
    /// <summary>Any window without groups: <see cref="DirectConvolution"/>.</summary>
    Direct,

    /// <summary>From a picture of few channels, NCHW: <see cref="Image.ImageConvolution"/>.</summary>
    Image,

    /// <summary>3x3 windows and many channels: <see cref="Winograd.WinogradConvolution"/>.</summary>
    Winograd,

    /// <summary>As many groups as channels: <see cref="Depthwise.DepthwiseConvolution"/>.</summary>
    Depthwise,
}
