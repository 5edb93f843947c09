namespace SegFromScratch.Kernels.UpsampledConvolution;

/// <summary>The weights of a convolution after upsampling, folded into those of one transposed convolution, and the way back for their gradient.</summary>
public static class UpsampledConvolutionKernels
{
    /// <summary>folded[c,k,r',s'] = sum over a, b below factor of weight[k,c, a + kh - 1 - r', b + kw - 1 - s'], terms outside the kernel left out. One thread an element of the result.</summary>
    [Kernel]
    public static void Fold(Index1D index, int factor, TensorView weight, TensorView folded)
    {
        TensorPosition at = folded.Layout.Position(index);
        int lastRow = weight.Layout.Height - 1 - at.Y;
        int lastColumn = weight.Layout.Width - 1 - at.X;
        float sum = 0f;
        for (int a = 0; a < factor; a++)
        {
            for (int b = 0; b < factor; b++)
            {
                int r = a + lastRow;
                int s = b + lastColumn;
                if (r >= 0 && r < weight.Layout.Height && s >= 0 && s < weight.Layout.Width)
                    sum += weight[at.C, at.N, r, s];
            }
        }

        folded.Data[index] = sum;
    }

    /// <summary>dL/dweight[k,c,r,s] = sum over a, b below factor of dL/dfolded[c,k, a + kh - 1 - r, b + kw - 1 - s]. One thread an element of the result.</summary>
    [Kernel]
    public static void Unfold(Index1D index, int factor, TensorView foldedGradient, TensorView weightGradient)
    {
        TensorPosition at = weightGradient.Layout.Position(index);
        float sum = 0f;
        for (int a = 0; a < factor; a++)
        {
            for (int b = 0; b < factor; b++)
                sum += foldedGradient[at.C, at.N, a + weightGradient.Layout.Height - 1 - at.Y, b + weightGradient.Layout.Width - 1 - at.X];
        }

        weightGradient.Data[index] = sum;
    }
}
