namespace SegFromScratch.Kernels.TransposedConvolution;

/// <summary>All that a transposed convolution needs beside the kernels of the convolution whose input gradient it is.</summary>
public static class TransposedConvolutionKernels
{
    /// <summary>output += bias, channel by channel. Padded channels stay zero.</summary>
    [Kernel]
    public static void AddBias(Index1D index, ArrayView<float> bias, TensorView output)
    {
        TensorPosition at = output.Layout.Position(index);
        if (at.C < output.Layout.Channels)
            output.Data[index] += bias[at.C];
    }
}
