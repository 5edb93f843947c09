namespace SegFromScratch.Kernels.Padding;

/// <summary>The first rung: one thread an element of the result. Backward, each input pixel finds the outputs that read it, in a fixed order.</summary>
public static class PaddingKernels
{
    /// <summary>output = the image inside, and around it what the mode says.</summary>
    [Kernel]
    public static void Forward(Index1D index, PaddingAxis rows, PaddingAxis columns, float value, TensorView input, TensorView output)
    {
        TensorPosition at = output.Layout.Position(index);
        if (at.C >= output.Layout.Channels)
        {
            output.Data[index] = 0f;
            return;
        }

        int y = rows.Source(at.Y);
        int x = columns.Source(at.X);
        output.Data[index] = y >= 0 && x >= 0 ? input[at.N, at.C, y, x] : value;
    }

    /// <summary>inputGradient = sum of outputGradient over the outputs that read each pixel.</summary>
    [Kernel]
    public static void Backward(Index1D index, PaddingAxis rows, PaddingAxis columns, TensorView outputGradient, TensorView inputGradient)
    {
        TensorPosition at = inputGradient.Layout.Position(index);
        if (at.C >= inputGradient.Layout.Channels)
        {
            inputGradient.Data[index] = 0f;
            return;
        }

        float sum = 0f;
        int rowReaders = rows.Readers(at.Y);
        int columnReaders = columns.Readers(at.X);
        for (int i = 0; i < rowReaders; i++)
        {
            int p = rows.Reader(at.Y, i);
            if (p < 0)
                continue;
            for (int j = 0; j < columnReaders; j++)
            {
                int q = columns.Reader(at.X, j);
                if (q >= 0)
                    sum += outputGradient[at.N, at.C, p, q];
            }
        }

        inputGradient.Data[index] = sum;
    }
}
