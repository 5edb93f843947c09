using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.BatchNormalization;

/// <summary>Cases of <see cref="BatchNormalization"/>.</summary>
internal sealed class BatchNormalizationCheck : IOperationCheck
{
    /// <inheritdoc/>
    public IEnumerable<OperationCase> Cases()
    {
        foreach (bool relu in (bool[])[false, true])
        {
            foreach (TensorShape shape in (TensorShape[])[new(2, 5, 3, 7), new(5, 1, 1, 1), new(3, 17, 4, 5), new(1, 33, 2, 3), new(2, 3, 41, 37)])
            {
                yield return Case(shape, new() { Relu = relu }, mean: 1);
                yield return Case(shape, new() { Relu = relu, UseBatchStatistics = false, Epsilon = 1e-3f }, mean: 1);
            }

            yield return Case(new TensorShape(1, 3, 1, 1), new() { Relu = relu, UseBatchStatistics = false }, mean: 0);
            yield return Case(new TensorShape(2, 4, 5, 6), new() { Relu = relu }, mean: 1, affine: false);
            yield return Case(new TensorShape(2, 4, 5, 6), new() { Relu = relu, UseBatchStatistics = false }, mean: 1, affine: false);
        }

        // The mean is a hundred deviations away from 0: sums of squares would lose four digits.
        yield return Case(new TensorShape(2, 3, 33, 31), new(), mean: 100);
    }

    private static OperationCase Case(TensorShape shape, BatchNormalizationOptions options, double mean, bool affine = true)
    {
        string name = $"{shape} {(options.UseBatchStatistics ? "batch" : "frozen")}{(options.Relu ? " relu" : string.Empty)} mean {mean}{(affine ? string.Empty : " without gamma and beta")}";
        var random = new CheckRandom($"batch normalization {name}");
        TensorShape vector = TensorShape.Vector(shape.Channels);
        List<CheckInput> inputs =
        [
            CheckInput.Feature("x", random.Normal(shape, 1, mean)),
            CheckInput.Constant("runningMean", random.Normal(vector)),
            CheckInput.Constant("runningVariance", random.Uniform(vector, 0.3, 2)),
        ];
        if (affine)
        {
            inputs.Add(CheckInput.Parameter("gamma", random.Normal(vector, 1, 0.5)));
            inputs.Add(CheckInput.Parameter("beta", random.Normal(vector)));
        }

        return new OperationCase
        {
            Operation = "batch normalization",
            Name = name,
            Inputs = inputs,
            Forward = values => Forward(values, options),
            Backward = (values, outputGradient) =>
            {
                (HostTensor<double> input, HostTensor<double> gamma, HostTensor<double> beta) = BatchNormalizationReference.Backward(
                    values[0], Optional(values, 3), Forward(values, options), outputGradient, Statistics(values, options), options.Epsilon, options.Relu, options.UseBatchStatistics);
                return [input, null, null, gamma, beta];
            },
            Run = (step, tensors) => BatchNormalization.Apply(step, tensors[0], Optional(tensors, 3), Optional(tensors, 4), tensors[1], tensors[2], options),
        };
    }

    private static HostTensor<double> Forward(IReadOnlyList<HostTensor<double>> values, BatchNormalizationOptions options) =>
        BatchNormalizationReference.Forward(values[0], Optional(values, 3), Optional(values, 4), Statistics(values, options), options.Epsilon, options.Relu);

    private static (double[] Mean, double[] Variance) Statistics(IReadOnlyList<HostTensor<double>> values, BatchNormalizationOptions options) =>
        options.UseBatchStatistics ? BatchNormalizationReference.Statistics(values[0]) : (values[1].Values, values[2].Values);

    private static T? Optional<T>(IReadOnlyList<T> values, int index)
        where T : class =>
        index < values.Count ? values[index] : null;
}
