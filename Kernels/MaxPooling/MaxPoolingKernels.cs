namespace SegFromScratch.Kernels.MaxPooling;

/// <summary>The first rung: one thread an element of the result.</summary>
public static class MaxPoolingKernels
{
    /// <summary>output = maximum of each window; indices, laid out as the output, says where in the image it lies: h * W + w.</summary>
    [Kernel]
    public static void Forward(Index1D index, MaxPoolingShape shape, TensorView input, TensorView output, ArrayView<int> indices)
    {
        TensorPosition at = output.Layout.Position(index);
        if (at.C >= output.Layout.Channels)
        {
            output.Data[index] = 0f;
            indices[index] = 0;
            return;
        }

        float maximum = 0f;
        int place = -1;
        for (int r = 0; r < shape.KernelHeight; r++)
        {
            int y = (at.Y * shape.StrideY) - shape.PaddingTop + (r * shape.DilationY);
            if (y < 0 || y >= shape.InputHeight)
                continue;
            for (int s = 0; s < shape.KernelWidth; s++)
            {
                int x = (at.X * shape.StrideX) - shape.PaddingLeft + (s * shape.DilationX);
                if (x < 0 || x >= shape.InputWidth)
                    continue;
                float value = input[at.N, at.C, y, x];
                if (place < 0 || value > maximum || float.IsNaN(value))
                {
                    maximum = value;
                    place = (y * shape.InputWidth) + x;
                }
            }
        }

        output.Data[index] = maximum;
        indices[index] = place;
    }

    /// <summary>inputGradient: each pixel looks at the windows that cover it, and takes the gradient of those whose maximum it is.</summary>
    [Kernel]
    public static void Backward(Index1D index, MaxPoolingShape shape, TensorView outputGradient, ArrayView<int> indices, TensorView inputGradient)
    {
        TensorPosition at = inputGradient.Layout.Position(index);
        if (at.C >= inputGradient.Layout.Channels)
        {
            inputGradient.Data[index] = 0f;
            return;
        }

        int place = (at.Y * shape.InputWidth) + at.X;
        float sum = 0f;
        for (int r = 0; r < shape.KernelHeight; r++)
        {
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
                if (indices[outputGradient.Layout.Offset(at.N, at.C, p, q)] == place)
                    sum += outputGradient[at.N, at.C, p, q];
            }
        }

        inputGradient.Data[index] = sum;
    }
}
