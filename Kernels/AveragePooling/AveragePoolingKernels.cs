namespace SegFromScratch.Kernels.AveragePooling;

/// <summary>The first rung: one thread an element of the result.</summary>
public static class AveragePoolingKernels
{
    /// <summary>output = sum of each window / its counted pixels.</summary>
    [Kernel]
    public static void Forward(Index1D index, AveragePoolingShape shape, TensorView input, TensorView output)
    {
        TensorPosition at = output.Layout.Position(index);
        if (at.C >= output.Layout.Channels)
        {
            output.Data[index] = 0f;
            return;
        }

        float sum = 0f;
        for (int y = shape.Rows.Start(at.Y); y < shape.Rows.End(at.Y); y++)
        {
            for (int x = shape.Columns.Start(at.X); x < shape.Columns.End(at.X); x++)
                sum += input[at.N, at.C, y, x];
        }

        output.Data[index] = sum / (shape.Rows.Count(at.Y) * shape.Columns.Count(at.X));
    }

    /// <summary>inputGradient: each pixel adds up its share of the windows that cover it.</summary>
    [Kernel]
    public static void Backward(Index1D index, AveragePoolingShape shape, TensorView outputGradient, TensorView inputGradient)
    {
        TensorPosition at = inputGradient.Layout.Position(index);
        if (at.C >= inputGradient.Layout.Channels)
        {
            inputGradient.Data[index] = 0f;
            return;
        }

        float sum = 0f;
        for (int p = shape.Rows.FirstWindow(at.Y); p < shape.Rows.EndWindow(at.Y); p++)
        {
            for (int q = shape.Columns.FirstWindow(at.X); q < shape.Columns.EndWindow(at.X); q++)
                sum += outputGradient[at.N, at.C, p, q] / (shape.Rows.Count(p) * shape.Columns.Count(q));
        }

        inputGradient.Data[index] = sum;
    }
}
