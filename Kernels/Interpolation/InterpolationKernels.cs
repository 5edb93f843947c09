namespace SegFromScratch.Kernels.Interpolation;

/// <summary>The first rung: one thread an element of the result. Backward, each input pixel finds the outputs that read it, in a fixed order.</summary>
public static class InterpolationKernels
{
    /// <summary>output = the input pixel that each output pixel falls on.</summary>
    [Kernel]
    public static void NearestForward(Index1D index, NearestAxis rows, NearestAxis columns, TensorView input, TensorView output)
    {
        TensorPosition at = output.Layout.Position(index);
        output.Data[index] = at.C < output.Layout.Channels ? input[at.N, at.C, rows.Source(at.Y), columns.Source(at.X)] : 0f;
    }

    /// <summary>inputGradient = sum of outputGradient over the output pixels that fall on each input pixel.</summary>
    [Kernel]
    public static void NearestBackward(Index1D index, NearestAxis rows, NearestAxis columns, TensorView outputGradient, TensorView inputGradient)
    {
        TensorPosition at = inputGradient.Layout.Position(index);
        if (at.C >= inputGradient.Layout.Channels)
        {
            inputGradient.Data[index] = 0f;
            return;
        }

        float sum = 0f;
        int lastRow = rows.LastReader(at.Y);
        int lastColumn = columns.LastReader(at.X);
        for (int p = rows.FirstReader(at.Y); p <= lastRow; p++)
        {
            if (rows.Source(p) != at.Y)
                continue;
            for (int q = columns.FirstReader(at.X); q <= lastColumn; q++)
            {
                if (columns.Source(q) == at.X)
                    sum += outputGradient[at.N, at.C, p, q];
            }
        }

        inputGradient.Data[index] = sum;
    }

    /// <summary>output = the mean of the four input pixels around each output pixel, weighted by nearness.</summary>
    [Kernel]
    public static void BilinearForward(Index1D index, BilinearAxis rows, BilinearAxis columns, TensorView input, TensorView output)
    {
        TensorPosition at = output.Layout.Position(index);
        if (at.C >= output.Layout.Channels)
        {
            output.Data[index] = 0f;
            return;
        }

        int top = rows.Lower(at.Y);
        int bottom = rows.Upper(top);
        int left = columns.Lower(at.X);
        int right = columns.Upper(left);
        float down = rows.Fraction(at.Y, top);
        float across = columns.Fraction(at.X, left);
        float above = ((1f - across) * input[at.N, at.C, top, left]) + (across * input[at.N, at.C, top, right]);
        float below = ((1f - across) * input[at.N, at.C, bottom, left]) + (across * input[at.N, at.C, bottom, right]);
        output.Data[index] = ((1f - down) * above) + (down * below);
    }

    /// <summary>inputGradient = sum of outputGradient over the output pixels that read each input pixel, by the weight with which they did.</summary>
    [Kernel]
    public static void BilinearBackward(Index1D index, BilinearAxis rows, BilinearAxis columns, TensorView outputGradient, TensorView inputGradient)
    {
        TensorPosition at = inputGradient.Layout.Position(index);
        if (at.C >= inputGradient.Layout.Channels)
        {
            inputGradient.Data[index] = 0f;
            return;
        }

        float sum = 0f;
        int lastRow = rows.LastReader(at.Y);
        int firstColumn = columns.FirstReader(at.X);
        int lastColumn = columns.LastReader(at.X);
        for (int p = rows.FirstReader(at.Y); p <= lastRow; p++)
        {
            float weight = rows.Weight(p, at.Y);
            if (weight <= 0f)
                continue;
            float row = 0f;
            for (int q = firstColumn; q <= lastColumn; q++)
                row += columns.Weight(q, at.X) * outputGradient[at.N, at.C, p, q];
            sum += weight * row;
        }

        inputGradient.Data[index] = sum;
    }
}
