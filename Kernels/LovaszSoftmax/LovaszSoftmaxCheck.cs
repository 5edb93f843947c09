using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;
using SegFromScratch.Kernels.Softmax;

namespace SegFromScratch.Kernels.LovaszSoftmax;

/// <summary>
/// Cases of <see cref="LovaszSoftmax"/>. The loss has a kink wherever two errors are equal, so the larger cases take probabilities that lie on a grid with all errors apart,
/// where float32 and double sort alike.
/// </summary>
internal sealed class LovaszSoftmaxCheck : IOperationCheck
{
    private const int Void = 255;

    /// <inheritdoc/>
    public IEnumerable<OperationCase> Cases()
    {
        foreach (TensorShape shape in (TensorShape[])[new(2, 5, 3, 7), new(1, 1, 1, 1), new(3, 17, 4, 5), new(2, 3, 33, 31), new(1, 2, 16, 16)])
        {
            yield return OfProbabilities(shape, shape.Channels, shareOfVoid: 0, Void);
            yield return OfProbabilities(shape, shape.Channels, shareOfVoid: 0.3, Void);
        }

        yield return OfProbabilities(new(2, 6, 3, 4), classesThatOccur: 2, shareOfVoid: 0, Void);
        yield return OfProbabilities(new(2, 3, 3, 4), classesThatOccur: 3, shareOfVoid: 0, ignoreIndex: 1);
        yield return OfProbabilities(new(2, 3, 2, 2), classesThatOccur: 3, shareOfVoid: 1, Void);
        yield return OfLogits(new(2, 5, 2, 3));
        yield return OfLogits(new(1, 2, 3, 3));
    }

    private static OperationCase OfProbabilities(TensorShape shape, int classesThatOccur, double shareOfVoid, int ignoreIndex)
    {
        string name = $"{shape} classes {classesThatOccur} void {shareOfVoid:g2} ignore {ignoreIndex}";
        var random = new CheckRandom($"lovasz softmax {name}");
        HostTensor<double> probabilities = random.Distinct(shape);
        for (int i = 0; i < probabilities.Values.Length; i++)
        {
            // (j + 1/4) / count for whole j: no error p equals an error 1 - p.
            double j = Math.Round((probabilities.Values[i] + 2) / 4 * probabilities.Values.Length);
            probabilities.Values[i] = (float)((j + 0.25) / probabilities.Values.Length);
        }

        return new OperationCase
        {
            Operation = "lovasz softmax",
            Name = name,
            Inputs = [CheckInput.Feature("probabilities", probabilities), CheckInput.Constant("target", Target(random, shape, classesThatOccur, shareOfVoid))],
            Forward = values => LovaszSoftmaxReference.Forward(values[0], values[1], ignoreIndex),
            Backward = (values, outputGradient) => [LovaszSoftmaxReference.Backward(values[0], values[1], ignoreIndex, outputGradient), null],
            Run = (step, tensors) => LovaszSoftmax.ApplyToProbabilities(step, tensors[0], ClassMap(step, tensors[1]), ignoreIndex),
        };
    }

    private static OperationCase OfLogits(TensorShape shape)
    {
        var random = new CheckRandom($"lovasz softmax of logits {shape}");
        return new OperationCase
        {
            Operation = "lovasz softmax",
            Name = $"of logits {shape}",
            Inputs = [CheckInput.Feature("logits", random.Normal(shape)), CheckInput.Constant("target", Target(random, shape, shape.Channels, shareOfVoid: 0.2))],
            Forward = values => LovaszSoftmaxReference.Forward(SoftmaxReference.Forward(values[0], logarithm: false), values[1], Void),
            Backward = (values, outputGradient) =>
            {
                HostTensor<double> probabilities = SoftmaxReference.Forward(values[0], logarithm: false);
                HostTensor<double> gradient = LovaszSoftmaxReference.Backward(probabilities, values[1], Void, outputGradient);
                return [SoftmaxReference.Backward(probabilities, gradient, logarithm: false), null];
            },
            Run = (step, tensors) => LovaszSoftmax.Apply(step, tensors[0], ClassMap(step, tensors[1]), Void),
        };
    }

    private static HostTensor<double> Target(CheckRandom random, TensorShape shape, int classesThatOccur, double shareOfVoid)
    {
        HostTensor<double> target = random.Classes(shape with { Channels = 1 }, classesThatOccur);
        for (int i = 0; i < target.Values.Length; i++)
        {
            if (random.Uniform() < shareOfVoid)
                target.Values[i] = Void;
        }

        return target;
    }

    private static DeviceArray<int> ClassMap(Step step, Tensor target) =>
        step.InputArray<int>(Array.ConvertAll(target.ToArray(), value => (int)value), "target");
}
