using SegFromScratch.Engine.Tensors;

namespace SegFromScratch.Apps.Seg.Benchmarks;

/// <summary>An operation forward without a tape, then forward and backward through one.</summary>
/// <param name="Name">The case's name.</param>
/// <param name="Input">N,C,H,W of the input whose gradient is computed.</param>
/// <param name="Prepare">Makes whatever else the operation needs for an input of a shape, and gives the operation.</param>
internal sealed record OperationBenchmark(string Name, TensorShape Input, Func<BenchmarkSetting, Step, TensorShape, Func<Step, Tensor, Tensor>> Prepare) : IBenchmark
{
    /// <inheritdoc/>
    public IEnumerable<Measurement> Measure(BenchmarkSetting setting)
    {
        TensorShape shape = Input with { Batch = Input.Batch * setting.BatchScale };
        Tensor input = setting.Random(shape, 1, requiresGradient: true);

        // Arrays of class indices are made by steps only: this one lives as long as the case.
        using var surroundings = new Step(setting.Device, training: false);
        Func<Step, Tensor, Tensor> apply = Prepare(setting, surroundings, shape);
        Tensor? cotangent = null;
        yield return new Measurement("forward", setting.Time(() =>
        {
            using var step = new Step(setting.Device, training: false);
            Tensor output = apply(step, input);
            cotangent ??= setting.Random(output.Shape, 4, output.Layout.ChannelBlock);
        }));
        yield return new Measurement("forward_backward", setting.Time(() =>
        {
            using var step = new Step(setting.Device, training: true);
            Tensor output = apply(step, input);

            // The tape gives its cotangent back to the pool, and this one is needed again.
            Step.Retain(cotangent!);
            step.Backward(output, cotangent!);
            input.ClearGradient();
        }));
    }
}
