using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.GroupNormalization;

/// <summary>Cases of <see cref="GroupNormalization"/>: one group, a group a channel, and groups that straddle channel blocks.</summary>
internal sealed class GroupNormalizationCheck : IOperationCheck
{
    /// <inheritdoc/>
    public IEnumerable<OperationCase> Cases()
    {
        yield return Case(new(2, 6, 3, 7), groups: 2, mean: 1);
        yield return Case(new(3, 33, 4, 5), groups: 11, mean: 1);
        yield return Case(new(1, 5, 3, 4), groups: 1, mean: 1);
        yield return Case(new(2, 17, 3, 2), groups: 17, mean: 1);
        yield return Case(new(1, 1, 2, 2), groups: 1, mean: 0);
        yield return Case(new(2, 4, 1, 1), groups: 2, mean: 0);
        yield return Case(new(2, 6, 5, 6), groups: 3, mean: 1, affine: false);
        yield return Case(new(2, 6, 41, 37), groups: 2, mean: 1);
        // The mean is a hundred deviations away from 0: sums of squares would lose four digits.
        yield return Case(new(2, 4, 33, 31), groups: 2, mean: 100);
    }

    private static OperationCase Case(TensorShape shape, int groups, double mean, bool affine = true)
    {
        const float Epsilon = 1e-3f;
        string name = $"{shape} in {groups} groups mean {mean}{(affine ? string.Empty : " without gamma and beta")}";
        var random = new CheckRandom($"group normalization {name}");
        TensorShape vector = TensorShape.Vector(shape.Channels);
        List<CheckInput> inputs = [CheckInput.Feature("x", random.Normal(shape, 1, mean))];
        if (affine)
        {
            inputs.Add(CheckInput.Parameter("gamma", random.Normal(vector, 1, 0.5)));
            inputs.Add(CheckInput.Parameter("beta", random.Normal(vector)));
        }

        return new OperationCase
        {
            Operation = "group normalization",
            Name = name,
            Inputs = inputs,
            Forward = values => GroupNormalizationReference.Forward(values[0], Optional(values, 1), Optional(values, 2), groups, Epsilon),
            Backward = (values, outputGradient) =>
            {
                (HostTensor<double> input, HostTensor<double> gamma, HostTensor<double> beta) =
                    GroupNormalizationReference.Backward(values[0], Optional(values, 1), groups, Epsilon, outputGradient);
                return [input, gamma, beta];
            },
            Run = (step, tensors) => GroupNormalization.Apply(step, tensors[0], groups, Optional(tensors, 1), Optional(tensors, 2), Epsilon),
        };
    }

    private static T? Optional<T>(IReadOnlyList<T> values, int index)
        where T : class =>
        index < values.Count ? values[index] : null;
}
