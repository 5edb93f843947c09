using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.MaxPooling;
using SegFromScratch.Kernels.Profiling;

namespace SegFromScratch.Kernels.MaxUnpooling;

/// <summary>The way back from max pooling, in decoders: each number returns to where a maximum came from, zeros elsewhere. PyTorch: <c>max_unpool2d</c>.</summary>
public static class MaxUnpooling
{
    /// <summary>
    /// y[n,c,h,w] = sum of x over the elements whose index names h, w; 0 where none does. Shapes: input N,C,P,Q; y is N,C,H,W.
    /// Where windows overlap, several elements may name one place: they are added, where PyTorch leaves open which one stays.
    /// </summary>
    /// <param name="step">The running step.</param>
    /// <param name="input">x, N,C,P,Q, with the layout of the pooling's output.</param>
    /// <param name="indices">What <see cref="MaxPooling.MaxPooling.ApplyWithIndices"/> gave for an image of H x W: every index names a pixel of its own window.</param>
    /// <param name="pooling">The options of that pooling.</param>
    /// <param name="outputHeight">H, the rows before pooling: P alone does not tell whether they were odd.</param>
    /// <param name="outputWidth">W, the columns before pooling.</param>
    /// <exception cref="ArgumentException">Pooling H x W with these options would not give P x Q, or there is not one index an element.</exception>
    public static Tensor Apply(Step step, Tensor input, DeviceArray<int> indices, MaxPoolingOptions pooling, int outputHeight, int outputWidth)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(indices);
        TensorShape outputShape = input.Shape with { Height = outputHeight, Width = outputWidth };
        MaxPoolingShape shape = MaxPoolingShape.Create(outputShape, pooling);
        if ((shape.OutputHeight, shape.OutputWidth) != (input.Shape.Height, input.Shape.Width))
            throw new ArgumentException($"'{input.Name}' of shape {input.Shape} cannot come from {outputHeight}x{outputWidth}: pooling that gives {shape.OutputHeight}x{shape.OutputWidth}");
        if (indices.Length != input.Layout.Length)
            throw new ArgumentException($"there are {indices.Length} indices for the {input.Layout.Length} elements of '{input.Name}' in memory: the pooling's output must have the same shape and layout", nameof(indices));
        Tensor output = step.Create(new TensorLayout(outputShape, input.Layout.ChannelBlock), "max unpooling", input.RequiresGradient);
        Forward(step, shape, input, indices, output);
        step.Record(output, keep: [indices], outputGradient =>
            step.Accumulate(input, Backward(step, outputGradient, indices, step.CreateGradient(input)), OperationWork.Elementwise("max unpooling", OperationWork.InputGradient, 0, input.Shape, input, indices, input)),
            OperationWork.Elementwise("max unpooling", OperationWork.Forward, 0, output.Shape, input, indices, output));
        return output;
    }

    private static void Forward(Step step, MaxPoolingShape shape, Tensor input, DeviceArray<int> indices, Tensor output) =>
        MaxPoolingLauncher.Backward(step.Device, output.Layout.Length, shape, input.View, indices.View, output.View);

    private static Tensor Backward(Step step, Tensor outputGradient, DeviceArray<int> indices, Tensor inputGradient)
    {
        MaxUnpoolingLauncher.Backward(step.Device, inputGradient.Layout.Length, outputGradient.View, indices.View, inputGradient.View);
        return inputGradient;
    }
}
