namespace SegFromScratch.Kernels.Activation;

/// <summary>
/// One thread an element of memory. Padded channels hold 0 and f(0) = 0, so they stay 0 without a test; only the sigmoid has f(0) = 1/2.
/// Their gradients hold 0 and so do the products.
/// </summary>
public static class ActivationKernels
{
    /// <summary>output = max(0, input).</summary>
    [Kernel]
    public static void ReluForward(Index1D index, ArrayView<float> input, ArrayView<float> output) =>
        output[index] = Apply(input[index], default(Relu));

    /// <summary>inputGradient = outputGradient where output &gt; 0, otherwise 0.</summary>
    [Kernel]
    public static void ReluBackward(Index1D index, ArrayView<float> output, ArrayView<float> outputGradient, ArrayView<float> inputGradient) =>
        inputGradient[index] = outputGradient[index] * Derivative(output[index], default(Relu));

    /// <summary>output = input where input &gt; 0, otherwise slope * input.</summary>
    [Kernel]
    public static void LeakyReluForward(Index1D index, ArrayView<float> input, float slope, ArrayView<float> output) =>
        output[index] = Apply(input[index], new LeakyRelu(slope));

    /// <summary>inputGradient = outputGradient where output &gt; 0, otherwise slope * outputGradient.</summary>
    [Kernel]
    public static void LeakyReluBackward(Index1D index, ArrayView<float> output, ArrayView<float> outputGradient, float slope, ArrayView<float> inputGradient) =>
        inputGradient[index] = outputGradient[index] * Derivative(output[index], new LeakyRelu(slope));

    /// <summary>output = min(6, max(0, input)).</summary>
    [Kernel]
    public static void Relu6Forward(Index1D index, ArrayView<float> input, ArrayView<float> output) =>
        output[index] = Apply(input[index], default(Relu6));

    /// <summary>inputGradient = outputGradient where 0 &lt; output &lt; 6, otherwise 0.</summary>
    [Kernel]
    public static void Relu6Backward(Index1D index, ArrayView<float> output, ArrayView<float> outputGradient, ArrayView<float> inputGradient) =>
        inputGradient[index] = outputGradient[index] * Derivative(output[index], default(Relu6));

    /// <summary>output = 1 / (1 + exp(-input)); 0 in padded channels.</summary>
    [Kernel]
    public static void SigmoidForward(Index1D index, ArrayView<float> input, TensorView output)
    {
        TensorPosition at = output.Layout.Position(index);
        output.Data[index] = at.C < output.Layout.Channels ? Apply(input[index], default(Sigmoid)) : 0f;
    }

    /// <summary>inputGradient = outputGradient * output * (1 - output).</summary>
    [Kernel]
    public static void SigmoidBackward(Index1D index, ArrayView<float> output, ArrayView<float> outputGradient, ArrayView<float> inputGradient) =>
        inputGradient[index] = outputGradient[index] * Derivative(output[index], default(Sigmoid));

    /// <summary>output = tanh(input).</summary>
    [Kernel]
    public static void TanhForward(Index1D index, ArrayView<float> input, ArrayView<float> output) =>
        output[index] = Apply(input[index], default(HyperbolicTangent));

    /// <summary>inputGradient = outputGradient * (1 - output^2).</summary>
    [Kernel]
    public static void TanhBackward(Index1D index, ArrayView<float> output, ArrayView<float> outputGradient, ArrayView<float> inputGradient) =>
        inputGradient[index] = outputGradient[index] * Derivative(output[index], default(HyperbolicTangent));

    /// <summary>output = input * sigmoid(input).</summary>
    [Kernel]
    public static void SiluForward(Index1D index, ArrayView<float> input, ArrayView<float> output) =>
        output[index] = Apply(input[index], default(Silu));

    /// <summary>inputGradient = outputGradient * f'(input).</summary>
    [Kernel]
    public static void SiluBackward(Index1D index, ArrayView<float> input, ArrayView<float> outputGradient, ArrayView<float> inputGradient) =>
        inputGradient[index] = outputGradient[index] * Derivative(input[index], default(Silu));

    /// <summary>output = input * Phi(input).</summary>
    [Kernel]
    public static void GeluForward(Index1D index, ArrayView<float> input, ArrayView<float> output) =>
        output[index] = Apply(input[index], default(Gelu));

    /// <summary>inputGradient = outputGradient * f'(input).</summary>
    [Kernel]
    public static void GeluBackward(Index1D index, ArrayView<float> input, ArrayView<float> outputGradient, ArrayView<float> inputGradient) =>
        inputGradient[index] = outputGradient[index] * Derivative(input[index], default(Gelu));

    private static float Apply<TOperation>(float x, TOperation operation)
        where TOperation : struct, IUnaryOperation =>
        operation.Apply(x);

    private static float Derivative<TOperation>(float kept, TOperation operation)
        where TOperation : struct, IUnaryOperation =>
        operation.Derivative(kept);
}
