using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Profiling;

namespace SegFromScratch.Kernels.LocalResponseNormalization;

/// <summary>Divides each number by a power of the mean square of its neighbours across channels. Krizhevsky et al., NIPS 2012 (AlexNet). PyTorch: <c>local_response_norm</c>.</summary>
public static class LocalResponseNormalization
{
    /// <summary>y_c = x_c / (k + alpha * (sum of x_j^2 over channels c - size / 2 to c + (size - 1) / 2) / size)^beta. Shapes: x and y are N,C,H,W.</summary>
    /// <exception cref="ArgumentException">Size is below 1, alpha below 0, or k not above 0.</exception>
    public static Tensor Apply(Step step, Tensor input, LocalResponseNormalizationOptions options)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(input);
        if (options.Size < 1 || !(options.Alpha >= 0f) || !(options.K > 0f))
            throw new ArgumentException($"size {options.Size} must be at least 1, alpha {options.Alpha} at least 0 and k {options.K} above 0, or the denominator could be 0", nameof(options));
        Tensor output = step.Create(input.Layout, "local response normalization", input.RequiresGradient);
        DeviceArray<float> denominators = step.CreateArray<float>(input.Layout.Length, "denominators");
        Forward(step, options, input, denominators, output);
        step.Record(output, keep: [input, denominators], outputGradient =>
            step.Accumulate(input, Backward(step, options, input, denominators, outputGradient, step.CreateGradient(input)), OperationWork.Elementwise("local response normalization", OperationWork.InputGradient, (2 * options.Size) + 6, input.Shape, input, denominators, outputGradient, input)),
            OperationWork.Elementwise("local response normalization", OperationWork.Forward, (2 * options.Size) + 4, input.Shape, input, denominators, output));
        Step.Release(denominators);
        return output;
    }

    private static void Forward(Step step, LocalResponseNormalizationOptions options, Tensor input, DeviceArray<float> denominators, Tensor output) =>
        LocalResponseNormalizationLauncher.Forward(step.Device, output.Layout.Length, options, input.View, denominators.View, output.View);

    private static Tensor Backward(
        Step step, LocalResponseNormalizationOptions options, Tensor input, DeviceArray<float> denominators, Tensor outputGradient, Tensor inputGradient)
    {
        LocalResponseNormalizationLauncher.Backward(
            step.Device, inputGradient.Layout.Length, options, input.View, denominators.View, outputGradient.View, inputGradient.View);
        return inputGradient;
    }
}
