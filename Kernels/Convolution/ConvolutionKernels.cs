namespace SegFromScratch.Kernels.Convolution;

/// <summary>
/// The first rung: one thread an element of the result, which gathers every term of its sum in a fixed order.
/// Letters as in <see cref="ConvolutionShape"/>: input n,c,y,x; output n,k,p,q; weight k,c,r,s with c counted in the group.
/// </summary>
public static class ConvolutionKernels
{
    /// <summary>output = convolution of input and weight, plus bias where it is not empty.</summary>
    [Kernel]
    public static void Forward(Index1D index, ConvolutionShape shape, TensorView input, TensorView weight, ArrayView<float> bias, TensorView output)
    {
        TensorPosition at = output.Layout.Position(index);
        if (at.C >= output.Layout.Channels)
        {
            output.Data[index] = 0f;
            return;
        }

        int firstChannel = at.C / shape.OutputChannelsPerGroup * shape.InputChannelsPerGroup;
        float sum = 0f;
        for (int c = 0; c < shape.InputChannelsPerGroup; c++)
        {
            for (int r = 0; r < shape.KernelHeight; r++)
            {
                int y = (at.Y * shape.StrideY) - shape.PaddingTop + (r * shape.DilationY);
                if (y < 0 || y >= shape.InputHeight)
                    continue;
                for (int s = 0; s < shape.KernelWidth; s++)
                {
                    int x = (at.X * shape.StrideX) - shape.PaddingLeft + (s * shape.DilationX);
                    if (x >= 0 && x < shape.InputWidth)
                        sum += weight[at.C, c, r, s] * input[at.N, firstChannel + c, y, x];
                }
            }
        }

        output.Data[index] = bias.Length > 0 ? sum + bias[at.C] : sum;
    }

    /// <summary>inputGradient: each input pixel finds the outputs that read it, and through which tap.</summary>
    [Kernel]
    public static void BackwardInput(Index1D index, ConvolutionShape shape, TensorView weight, TensorView outputGradient, TensorView inputGradient)
    {
        TensorPosition at = inputGradient.Layout.Position(index);
        if (at.C >= inputGradient.Layout.Channels)
        {
            inputGradient.Data[index] = 0f;
            return;
        }

        int group = at.C / shape.InputChannelsPerGroup;
        int c = at.C - (group * shape.InputChannelsPerGroup);
        int firstChannel = group * shape.OutputChannelsPerGroup;
        float sum = 0f;
        for (int r = 0; r < shape.KernelHeight; r++)
        {
            // Tap r of output row p lies on this row where p * stride = y + padding - r * dilation; strides skip rows in between.
            int fromRow = at.Y + shape.PaddingTop - (r * shape.DilationY);
            int p = fromRow / shape.StrideY;
            if (fromRow < 0 || p * shape.StrideY != fromRow || p >= shape.OutputHeight)
                continue;
            for (int s = 0; s < shape.KernelWidth; s++)
            {
                int fromColumn = at.X + shape.PaddingLeft - (s * shape.DilationX);
                int q = fromColumn / shape.StrideX;
                if (fromColumn < 0 || q * shape.StrideX != fromColumn || q >= shape.OutputWidth)
                    continue;
                for (int k = 0; k < shape.OutputChannelsPerGroup; k++)
                    sum += weight[firstChannel + k, c, r, s] * outputGradient[at.N, firstChannel + k, p, q];
            }
        }

        inputGradient.Data[index] = sum;
    }

    /// <summary>weightGradient: each weight sums input times outputGradient over all images and output pixels. Each row is summed by itself first, which keeps rounding errors small.</summary>
    [Kernel]
    public static void BackwardWeight(Index1D index, ConvolutionShape shape, TensorView input, TensorView outputGradient, TensorView weightGradient)
    {
        TensorPosition at = weightGradient.Layout.Position(index);
        int k = at.N;
        int c = (k / shape.OutputChannelsPerGroup * shape.InputChannelsPerGroup) + at.C;
        float sum = 0f;
        for (int n = 0; n < shape.Batch; n++)
        {
            for (int p = 0; p < shape.OutputHeight; p++)
            {
                int y = (p * shape.StrideY) - shape.PaddingTop + (at.Y * shape.DilationY);
                if (y < 0 || y >= shape.InputHeight)
                    continue;
                float row = 0f;
                for (int q = 0; q < shape.OutputWidth; q++)
                {
                    int x = (q * shape.StrideX) - shape.PaddingLeft + (at.X * shape.DilationX);
                    if (x >= 0 && x < shape.InputWidth)
                        row += input[n, c, y, x] * outputGradient[n, k, p, q];
                }

                sum += row;
            }
        }

        weightGradient.Data[index] = sum;
    }

    /// <summary>biasGradient: each channel sums outputGradient over all images and pixels, row by row.</summary>
    [Kernel]
    public static void BackwardBias(Index1D index, TensorView outputGradient, ArrayView<float> biasGradient)
    {
        TensorLayout layout = outputGradient.Layout;
        float sum = 0f;
        for (int n = 0; n < layout.Batch; n++)
        {
            for (int p = 0; p < layout.Height; p++)
            {
                float row = 0f;
                for (int q = 0; q < layout.Width; q++)
                    row += outputGradient[n, index, p, q];
                sum += row;
            }
        }

        biasGradient[index] = sum;
    }
}
