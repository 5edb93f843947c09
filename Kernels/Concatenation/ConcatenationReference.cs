using System.Numerics;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.Concatenation;

/// <summary>The definition of concatenation along channels. PyTorch: <c>cat(dim=1)</c>.</summary>
public static class ConcatenationReference
{
    /// <summary>y[n, first channel of input i + c, y, x] = x_i[n,c,y,x]: the inputs' channels one after the other.</summary>
    public static HostTensor<T> Forward<T>(IReadOnlyList<HostTensor<T>> inputs)
        where T : INumber<T>
    {
        ArgumentNullException.ThrowIfNull(inputs);
        TensorShape shape = inputs[0].Shape with { Channels = inputs.Sum(input => input.Shape.Channels) };
        var output = new HostTensor<T>(shape);
        int firstChannel = 0;
        foreach (HostTensor<T> input in inputs)
        {
            for (int n = 0; n < shape.Batch; n++)
            for (int c = 0; c < input.Shape.Channels; c++)
            for (int y = 0; y < shape.Height; y++)
            for (int x = 0; x < shape.Width; x++)
                output[n, firstChannel + c, y, x] = input[n, c, y, x];
            firstChannel += input.Shape.Channels;
        }

        return output;
    }

    /// <summary>dL/dx_i[n,c,y,x] = dL/dy[n, first channel of input i + c, y, x].</summary>
    public static HostTensor<T> Backward<T>(HostTensor<T> outputGradient, int firstChannel, TensorShape input)
        where T : INumber<T>
    {
        ArgumentNullException.ThrowIfNull(outputGradient);
        var inputGradient = new HostTensor<T>(input);
        for (int n = 0; n < input.Batch; n++)
        for (int c = 0; c < input.Channels; c++)
        for (int y = 0; y < input.Height; y++)
        for (int x = 0; x < input.Width; x++)
            inputGradient[n, c, y, x] = outputGradient[n, firstChannel + c, y, x];
        return inputGradient;
    }
}
