using SegFromScratch.Engine.Profiling;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Convolution;
using SegFromScratch.Kernels.MatrixProduct;

namespace SegFromScratch.Kernels.Profiling;

/// <summary>
/// Counts the work of operations from shapes. Operations are counted as in the textbook, on true elements: a 3x3 convolution counts 9 multiply-adds a pixel and channel
/// even where Winograd's algorithm makes do with fewer. Bytes are those of whole tensors with their padded channels: each is read or written as often as the formula
/// cannot do without, such as twice for an input whose mean must be known before it can be normalised. What a kernel moves beyond that makes it slower, not its count larger.
/// </summary>
public static class OperationWork
{
    /// <summary>The pass that computes the output.</summary>
    public const string Forward = "forward";

    /// <summary>The pass that computes the derivative by the input.</summary>
    public const string InputGradient = "input gradient";

    /// <summary>The pass that computes the derivative by the weight.</summary>
    public const string WeightGradient = "weight gradient";

    /// <summary>The pass that computes the derivative by the bias.</summary>
    public const string BiasGradient = "bias gradient";

    /// <summary>The pass that changes a parameter.</summary>
    public const string Update = "update";

    /// <summary>A pass of a convolution: two operations a multiply-add, padding counted in.</summary>
    /// <param name="pass">Which pass.</param>
    /// <param name="shape">All sizes.</param>
    /// <param name="touched">What is read and written.</param>
    public static Work Convolution(string pass, in ConvolutionShape shape, params ReadOnlySpan<StepMemory?> touched) =>
        new(NameOf(shape), pass, shape.FloatingPointOperations, Bytes(touched));

    /// <summary>The derivative of a convolution by its bias: a sum over all pixels.</summary>
    /// <param name="shape">All sizes.</param>
    /// <param name="touched">What is read and written.</param>
    public static Work ConvolutionBias(in ConvolutionShape shape, params ReadOnlySpan<StepMemory?> touched) =>
        new(NameOf(shape), BiasGradient, shape.Output.Elements, Bytes(touched));

    /// <summary>A pass of a transposed convolution, whose sizes are those of the convolution that it reverses.</summary>
    /// <param name="pass">Which pass.</param>
    /// <param name="shape">All sizes.</param>
    /// <param name="touched">What is read and written.</param>
    public static Work TransposedConvolution(string pass, in ConvolutionShape shape, params ReadOnlySpan<StepMemory?> touched) =>
        new("transposed convolution", pass, shape.FloatingPointOperations, Bytes(touched));

    /// <summary>A pass of nearest upsampling and the convolution after it, as the transposed convolution that they are together: fewer operations than the two have.</summary>
    /// <param name="pass">Which pass.</param>
    /// <param name="shape">All sizes, of the convolution that it reverses.</param>
    /// <param name="touched">What is read and written.</param>
    public static Work UpsampledConvolution(string pass, in ConvolutionShape shape, params ReadOnlySpan<StepMemory?> touched) =>
        new("upsampled convolution", pass, shape.FloatingPointOperations, Bytes(touched));

    /// <summary>The derivative of an upsampled convolution by its bias: a sum over all pixels.</summary>
    /// <param name="outputGradient">What is summed.</param>
    /// <param name="bias">The bias.</param>
    public static Work UpsampledConvolutionBias(Tensor outputGradient, Tensor bias) =>
        new("upsampled convolution", BiasGradient, outputGradient.Shape.Elements, outputGradient.Bytes + bias.Bytes);

    /// <summary>A matrix product, or the derivative by one of its factors, which is one too.</summary>
    /// <param name="pass">Which pass.</param>
    /// <param name="shape">All sizes.</param>
    /// <param name="touched">What is read and written.</param>
    public static Work MatrixProduct(string pass, in MatrixProductShape shape, params ReadOnlySpan<StepMemory?> touched) =>
        new("matrix product", pass, shape.FloatingPointOperations, Bytes(touched));

    /// <summary>A pass with the same number of operations for every element.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="pass">Which pass.</param>
    /// <param name="operationsPerElement">How many; 0 for one that only copies.</param>
    /// <param name="elements">For each element of a tensor of this shape.</param>
    /// <param name="touched">What is read and written; what must be read twice stands here twice.</param>
    public static Work Elementwise(string operation, string pass, long operationsPerElement, TensorShape elements, params ReadOnlySpan<StepMemory?> touched) =>
        new(operation, pass, operationsPerElement * elements.Elements, Bytes(touched));

    private static string NameOf(in ConvolutionShape shape) =>
        shape.Groups > 1 && shape.Groups == shape.InputChannels ? "depthwise convolution"
        : shape.Groups > 1 ? "grouped convolution"
        : (shape.KernelHeight, shape.KernelWidth) == (1, 1) ? "pointwise convolution"
        : (shape.DilationY, shape.DilationX) != (1, 1) ? "dilated convolution"
        : "convolution";

    private static long Bytes(ReadOnlySpan<StepMemory?> touched)
    {
        long bytes = 0;
        foreach (StepMemory? memory in touched)
            bytes += memory?.Bytes ?? 0;
        return bytes;
    }
}
