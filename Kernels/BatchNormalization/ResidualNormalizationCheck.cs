using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.BatchNormalization;

/// <summary>Cases of <see cref="BatchNormalization.ApplyAndAdd"/>.</summary>
internal sealed class ResidualNormalizationCheck : IOperationCheck
{
    /// <inheritdoc/>
    public IEnumerable<OperationCase> Cases()
    {
        foreach (bool relu in (bool[])[false, true])
        {
            foreach (TensorShape shape in (TensorShape[])[new(2, 5, 3, 7), new(5, 1, 1, 1), new(3, 17, 4, 5), new(1, 33, 2, 3)])
            {
                yield return Case(shape, relu, new());
                yield return Case(shape, relu, new() { UseBatchStatistics = false, Epsilon = 1e-3f });
            }

            // Nothing is summed over a channel: gradients of the input and of the summand alone.
            yield return Case(new TensorShape(2, 4, 5, 6), relu, new(), affine: false);
            yield return Case(new TensorShape(2, 4, 5, 6), relu, new() { UseBatchStatistics = false }, affine: false);
        }
    }

    private static OperationCase Case(TensorShape shape, bool relu, BatchNormalizationOptions options, bool affine = true)
    {
        string name = $"{shape} and addition {(options.UseBatchStatistics ? "batch" : "frozen")}{(relu ? " relu" : string.Empty)}{(affine ? string.Empty : " without gamma and beta")}";
        var random = new CheckRandom($"batch normalization {name}");
        TensorShape vector = TensorShape.Vector(shape.Channels);
        HostTensor<double> x = random.Normal(shape, 1, 1), mean = random.Normal(vector), variance = random.Uniform(vector, 0.3, 2);
        HostTensor<double>? gamma = affine ? random.Normal(vector, 1, 0.5) : null, beta = affine ? random.Normal(vector) : null;

        // Sums stay away from 0, where the ReLU has no derivative for finite differences to find.
        HostTensor<double> sum = random.AwayFromZero(shape);
        HostTensor<double> normalized = BatchNormalizationReference.Forward(x, gamma, beta, Statistics(x, mean, variance, options), options.Epsilon, relu: false);
        List<CheckInput> inputs =
        [
            CheckInput.Feature("x", x),
            CheckInput.Constant("runningMean", mean),
            CheckInput.Constant("runningVariance", variance),
            CheckInput.Feature("a", new HostTensor<double>(shape, [.. sum.Values.Zip(normalized.Values, (total, part) => (double)(float)(total - part))])),
        ];
        if (affine)
        {
            inputs.Add(CheckInput.Parameter("gamma", gamma!));
            inputs.Add(CheckInput.Parameter("beta", beta!));
        }

        return new OperationCase
        {
            Operation = "batch normalization and addition",
            Name = name,
            Inputs = inputs,
            Forward = values => Forward(values, relu, options),
            Backward = (values, outputGradient) =>
            {
                HostTensor<double> output = Forward(values, relu, options);
                (HostTensor<double> input, HostTensor<double> gammaGradient, HostTensor<double> betaGradient) = BatchNormalizationReference.Backward(
                    values[0], Optional(values, 4), output, outputGradient, Statistics(values[0], values[1], values[2], options), options.Epsilon, relu, options.UseBatchStatistics);
                return [input, null, null, BatchNormalizationReference.BackwardAdded(output, outputGradient, relu), gammaGradient, betaGradient];
            },
            Run = (step, tensors) => BatchNormalization.ApplyAndAdd(
                step, tensors[0], tensors[3], relu, Optional(tensors, 4), Optional(tensors, 5), tensors[1], tensors[2], options),
        };
    }

    private static HostTensor<double> Forward(IReadOnlyList<HostTensor<double>> values, bool relu, BatchNormalizationOptions options) =>
        BatchNormalizationReference.ForwardAndAdd(
            values[0], values[3], Optional(values, 4), Optional(values, 5), Statistics(values[0], values[1], values[2], options), options.Epsilon, relu);

    private static (double[] Mean, double[] Variance) Statistics(HostTensor<double> x, HostTensor<double> mean, HostTensor<double> variance, BatchNormalizationOptions options) =>
        options.UseBatchStatistics ? BatchNormalizationReference.Statistics(x) : (mean.Values, variance.Values);

    private static T? Optional<T>(IReadOnlyList<T> values, int index)
        where T : class =>
        index < values.Count ? values[index] : null;
}
