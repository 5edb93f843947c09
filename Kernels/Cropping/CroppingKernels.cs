namespace SegFromScratch.Kernels.Cropping;

/// <summary>One thread an element of the result.</summary>
public static class CroppingKernels
{
    /// <summary>output = the window of the input.</summary>
    [Kernel]
    public static void Forward(Index1D index, CropWindow window, TensorView input, TensorView output)
    {
        TensorPosition at = output.Layout.Position(index);
        output.Data[index] = at.C < output.Layout.Channels ? input[at.N, at.C, window.Top + at.Y, window.Left + at.X] : 0f;
    }

    /// <summary>inputGradient = outputGradient inside the window, zero outside.</summary>
    [Kernel]
    public static void Backward(Index1D index, CropWindow window, TensorView outputGradient, TensorView inputGradient)
    {
        TensorPosition at = inputGradient.Layout.Position(index);
        int p = at.Y - window.Top;
        int q = at.X - window.Left;
        bool inside = at.C < inputGradient.Layout.Channels && p >= 0 && p < window.Height && q >= 0 && q < window.Width;
        inputGradient.Data[index] = inside ? outputGradient[at.N, at.C, p, q] : 0f;
    }
}
