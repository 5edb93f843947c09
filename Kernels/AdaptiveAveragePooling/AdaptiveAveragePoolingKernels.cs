using SegFromScratch.Kernels.Reduction;

namespace SegFromScratch.Kernels.AdaptiveAveragePooling;

/// <summary>The first rung: one thread an element of the result.</summary>
public static class AdaptiveAveragePoolingKernels
{
    /// <summary>output = mean of each window. A window may be the whole image, so the sum is compensated.</summary>
    [Kernel]
    public static void Forward(Index1D index, AdaptiveAxis rows, AdaptiveAxis columns, TensorView input, TensorView output)
    {
        TensorPosition at = output.Layout.Position(index);
        if (at.C >= output.Layout.Channels)
        {
            output.Data[index] = 0f;
            return;
        }

        int top = rows.Start(at.Y);
        int bottom = rows.End(at.Y);
        int left = columns.Start(at.X);
        int right = columns.End(at.X);
        var sum = new CompensatedSum(0f, 0f);
        for (int y = top; y < bottom; y++)
        {
            for (int x = left; x < right; x++)
                sum = sum.Add(input[at.N, at.C, y, x]);
        }

        output.Data[index] = sum.Sum / ((bottom - top) * (right - left));
    }

    /// <summary>inputGradient: each pixel adds up its share of the windows that cover it.</summary>
    [Kernel]
    public static void Backward(Index1D index, AdaptiveAxis rows, AdaptiveAxis columns, TensorView outputGradient, TensorView inputGradient)
    {
        TensorPosition at = inputGradient.Layout.Position(index);
        if (at.C >= inputGradient.Layout.Channels)
        {
            inputGradient.Data[index] = 0f;
            return;
        }

        float sum = 0f;
        for (int p = rows.Transposed.Start(at.Y); p < rows.Transposed.End(at.Y); p++)
        {
            for (int q = columns.Transposed.Start(at.X); q < columns.Transposed.End(at.X); q++)
            {
                int pixels = (rows.End(p) - rows.Start(p)) * (columns.End(q) - columns.Start(q));
                sum += outputGradient[at.N, at.C, p, q] / pixels;
            }
        }

        inputGradient.Data[index] = sum;
    }
}
