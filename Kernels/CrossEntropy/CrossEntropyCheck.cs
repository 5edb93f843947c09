using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;
using SegFromScratch.Kernels.Reduction;

namespace SegFromScratch.Kernels.CrossEntropy;

/// <summary>Cases of <see cref="CrossEntropy"/>.</summary>
internal sealed class CrossEntropyCheck : IOperationCheck
{
    private const int Void = 255;

    /// <inheritdoc/>
    public IEnumerable<OperationCase> Cases()
    {
        foreach (TensorShape shape in (TensorShape[])[new(2, 5, 3, 7), new(1, 2, 1, 1), new(3, 17, 4, 5), new(1, 33, 2, 2)])
        {
            foreach (LossReduction reduction in Enum.GetValues<LossReduction>())
            {
                yield return Case(shape, new CrossEntropyOptions { Reduction = reduction }, weighted: false, shareOfVoid: 0);
                yield return Case(shape, new CrossEntropyOptions { Reduction = reduction, IgnoreIndex = Void }, weighted: true, shareOfVoid: 0.3);
                yield return Case(shape, new CrossEntropyOptions { Reduction = reduction, IgnoreIndex = Void, LabelSmoothing = 0.1f }, weighted: true, shareOfVoid: 0.2);
            }
        }

        TensorShape small = new(2, 3, 2, 3);
        yield return Case(small, new CrossEntropyOptions { IgnoreIndex = Void }, weighted: false, shareOfVoid: 1);
        // Pixels of a class that exists, and is ignored: there must be some, so not the small shape.
        yield return Case(new TensorShape(2, 3, 4, 5), new CrossEntropyOptions { IgnoreIndex = 1 }, weighted: true, shareOfVoid: 0.3);
        yield return Case(small, new CrossEntropyOptions(), weighted: false, shareOfVoid: 0, mean: 150);
        yield return Case(new TensorShape(2, 4, 40, 30), new CrossEntropyOptions(), weighted: true, shareOfVoid: 0);
    }

    private static OperationCase Case(TensorShape shape, CrossEntropyOptions options, bool weighted, double shareOfVoid, double mean = 0)
    {
        string name = $"{shape} {options.Reduction} ignore {options.IgnoreIndex} smoothing {options.LabelSmoothing:g2}"
            + (weighted ? " weighted" : string.Empty) + (shareOfVoid > 0 ? $" void {shareOfVoid:g2}" : string.Empty) + (mean > 0 ? $" mean {mean}" : string.Empty);
        var random = new CheckRandom($"cross entropy {name}");
        HostTensor<double> target = random.Classes(new TensorShape(shape.Batch, 1, shape.Height, shape.Width), shape.Channels);
        for (int i = 0; i < target.Values.Length; i++)
        {
            if (random.Uniform() < shareOfVoid)
                target.Values[i] = Void;
        }

        List<CheckInput> inputs = [CheckInput.Feature("logits", random.Normal(shape, scale: 2, mean)), CheckInput.Constant("target", target)];
        if (weighted)
            inputs.Add(CheckInput.Constant("classWeights", random.Uniform(TensorShape.Vector(shape.Channels), 0.2, 1.5)));
        return new OperationCase
        {
            Operation = "cross entropy",
            Name = name,
            Inputs = inputs,
            Forward = values => CrossEntropyReference.Forward(values[0], values[1], weighted ? values[2] : null, options),
            Backward = (values, outputGradient) =>
                [CrossEntropyReference.Backward(values[0], values[1], weighted ? values[2] : null, options, outputGradient), null, null],
            Run = (step, tensors) => CrossEntropy.Apply(step, tensors[0], ClassMap(step, tensors[1]), options, weighted ? tensors[2] : null),
        };
    }

    private static DeviceArray<int> ClassMap(Step step, Tensor target) =>
        step.InputArray<int>(Array.ConvertAll(target.ToArray(), value => (int)value), "target");
}
