namespace SegFromScratch.Kernels.MaxUnpooling;

/// <summary>The first rung: one thread an element of the result. The way forward is the gradient of max pooling and uses its kernel.</summary>
public static class MaxUnpoolingKernels
{
    /// <summary>inputGradient = outputGradient at the place that the element's index names: h * W + w. Indices lie as the input's elements do.</summary>
    [Kernel]
    public static void Backward(Index1D index, TensorView outputGradient, ArrayView<int> indices, TensorView inputGradient)
    {
        TensorPosition at = inputGradient.Layout.Position(index);
        if (at.C >= inputGradient.Layout.Channels)
        {
            inputGradient.Data[index] = 0f;
            return;
        }

        int place = indices[index];
        int y = place / outputGradient.Layout.Width;
        inputGradient.Data[index] = outputGradient[at.N, at.C, y, place - (y * outputGradient.Layout.Width)];
    }
}
