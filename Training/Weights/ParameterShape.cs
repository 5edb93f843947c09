using SegFromScratch.Engine.Tensors;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Training.Weights;

/// <summary>The sizes that a parameter has in a weight file, which are those of PyTorch.</summary>
internal static class ParameterShape
{
    /// <summary>Four sizes for the kernel of a convolution, even where three are 1; one for a vector a channel.</summary>
    public static long[] Of(Parameter parameter) => parameter.Role == ParameterRole.Weight ? Full(parameter.Value.Shape) : Of(parameter.Value);

    /// <summary>For a tensor of which no more is known: one size where the others are 1, else four.</summary>
    public static long[] Of(Tensor tensor) => tensor.Shape is { Batch: 1, Height: 1, Width: 1 } vector ? [vector.Channels] : Full(tensor.Shape);

    private static long[] Full(TensorShape shape) => [shape.Batch, shape.Channels, shape.Height, shape.Width];
}
