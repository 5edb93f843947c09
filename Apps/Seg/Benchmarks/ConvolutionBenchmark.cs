using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Convolution;

namespace SegFromScratch.Apps.Seg.Benchmarks;

/// <summary>The three passes of a convolution without bias, each alone and without a tape.</summary>
/// <param name="Name">The case's name.</param>
/// <param name="Input">N,C,H,W.</param>
/// <param name="Weight">K,C/groups,kh,kw.</param>
/// <param name="Options">Stride, padding, dilation and groups.</param>
internal sealed record ConvolutionBenchmark(string Name, TensorShape Input, TensorShape Weight, ConvolutionOptions Options) : IBenchmark
{
    // A picture as it is loaded has a plane a colour, whatever layout the device wants for activations.
    private const int PictureChannels = 3;

    /// <inheritdoc/>
    public IEnumerable<Measurement> Measure(BenchmarkSetting setting)
    {
        TensorShape input = Input with { Batch = Input.Batch * setting.BatchScale };
        ConvolutionShape shape = ConvolutionShape.Create(input, Weight, Options);
        Tensor x = setting.Random(input, 1, input.Channels <= PictureChannels ? 1 : 0);
        Tensor weight = setting.Random(Weight, 2, 1);
        Tensor outputGradient = setting.Random(shape.Output, 3);
        yield return Pass("forward", step => Convolution.Apply(step, x, weight, bias: null, Options));
        yield return Pass("backward_input", step => Convolution.BackwardInput(step, shape, weight, outputGradient, step.CreateGradient(x)));
        yield return Pass("backward_weight", step => Convolution.BackwardWeight(step, shape, x, outputGradient, step.CreateGradient(weight)));

        Measurement Pass(string name, Func<Step, Tensor> compute) => new(name, setting.Time(() =>
        {
            using var step = new Step(setting.Device, training: false);
            compute(step);
        }))
        {
            FloatingPointOperations = shape.FloatingPointOperations,
        };
    }
}
