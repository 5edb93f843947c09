using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;
using SegFromScratch.Kernels.Reduction;

namespace SegFromScratch.Kernels.FocalLoss;

/// <summary>Cases of <see cref="FocalLoss"/>, of class maps and of multi-label masks.</summary>
internal sealed class FocalLossCheck : IOperationCheck
{
    private const int Void = 255;

    private static readonly TensorShape[] s_shapes = [new(2, 5, 3, 7), new(1, 2, 1, 1), new(3, 17, 4, 5), new(2, 4, 40, 30)];

    /// <inheritdoc/>
    public IEnumerable<OperationCase> Cases()
    {
        foreach (TensorShape shape in s_shapes)
        {
            foreach (LossReduction reduction in Enum.GetValues<LossReduction>())
            {
                var options = new FocalLossOptions { Reduction = reduction, IgnoreIndex = Void };
                yield return Softmax(shape, options, shareOfVoid: 0);
                yield return Softmax(shape, options with { Gamma = 0.5f, Alpha = 0.25f }, shareOfVoid: 0.3);
                yield return Sigmoid(shape, options, shareOfCounted: null);
                yield return Sigmoid(shape, options with { Gamma = 0.5f, Alpha = 0.25f }, shareOfCounted: 0.7);
            }
        }

        TensorShape small = new(2, 3, 2, 3);
        foreach (float gamma in (float[])[0f, 1f, 5f])
        {
            yield return Softmax(small, new FocalLossOptions { Gamma = gamma }, shareOfVoid: 0);
            yield return Sigmoid(small, new FocalLossOptions { Gamma = gamma }, shareOfCounted: null);
        }

        yield return Softmax(new(2, 5, 3, 7), new FocalLossOptions { IgnoreIndex = Void }, shareOfVoid: 0.2, eachClass: true);
        yield return Sigmoid(new(2, 5, 3, 7), new FocalLossOptions { Gamma = 1.5f }, shareOfCounted: null, eachClass: true);
        yield return Sigmoid(new(1, 17, 4, 3), new FocalLossOptions(), shareOfCounted: 0.6, eachClass: true);
        yield return Softmax(small, new FocalLossOptions { IgnoreIndex = Void }, shareOfVoid: 1);
        yield return Sigmoid(small, new FocalLossOptions(), shareOfCounted: 0);
        yield return Softmax(small, new FocalLossOptions(), shareOfVoid: 0, scale: 60);
        yield return Sigmoid(small, new FocalLossOptions { Gamma = 0.5f }, shareOfCounted: null, scale: 100);
    }

    private static OperationCase Softmax(TensorShape shape, FocalLossOptions options, double shareOfVoid, double scale = 2, bool eachClass = false)
    {
        string name = $"class map {Name(shape, options, scale)} void {shareOfVoid:g2}{(eachClass ? " alpha a class" : string.Empty)}";
        var random = new CheckRandom($"focal loss {name}");
        HostTensor<double> target = random.Classes(shape with { Channels = 1 }, shape.Channels);
        for (int i = 0; i < target.Values.Length; i++)
        {
            if (random.Uniform() < shareOfVoid)
                target.Values[i] = Void;
        }

        return new OperationCase
        {
            Operation = "focal loss",
            Name = name,
            Inputs = [CheckInput.Feature("logits", random.Normal(shape, scale)), CheckInput.Constant("target", target), .. Alphas(random, shape, eachClass)],
            Forward = values => FocalLossReference.ForwardSoftmax(values[0], values[1], options, eachClass ? values[2] : null),
            Backward = (values, outputGradient) =>
                [FocalLossReference.BackwardSoftmax(values[0], values[1], options, outputGradient, eachClass ? values[2] : null), .. new HostTensor<double>?[values.Count - 1]],
            Run = (step, tensors) => FocalLoss.ApplySoftmax(
                step, tensors[0], step.InputArray<int>(Array.ConvertAll(tensors[1].ToArray(), value => (int)value), "target"), options, eachClass ? tensors[2] : null),
        };
    }

    private static OperationCase Sigmoid(TensorShape shape, FocalLossOptions options, double? shareOfCounted, double scale = 2, bool eachClass = false)
    {
        string name = $"masks {Name(shape, options, scale)}" + (shareOfCounted is { } share ? $" counted {share:g2}" : string.Empty) + (eachClass ? " alpha a class" : string.Empty);
        var random = new CheckRandom($"focal loss {name}");
        bool weighted = shareOfCounted.HasValue;
        return new OperationCase
        {
            Operation = "focal loss",
            Name = name,
            Inputs = [.. MaskLossInputs.Draw(random, shape, shareOfCounted, scale), .. Alphas(random, shape, eachClass)],
            Forward = values => FocalLossReference.ForwardSigmoid(values[0], values[1], weighted ? values[2] : null, options, eachClass ? values[^1] : null),
            Backward = (values, outputGradient) =>
                [FocalLossReference.BackwardSigmoid(values[0], values[1], weighted ? values[2] : null, options, outputGradient, eachClass ? values[^1] : null), .. new HostTensor<double>?[values.Count - 1]],
            Run = (step, tensors) => FocalLoss.ApplySigmoid(step, tensors[0], tensors[1], options, weighted ? tensors[2] : null, eachClass ? tensors[^1] : null),
        };
    }

    private static IEnumerable<CheckInput> Alphas(CheckRandom random, TensorShape shape, bool eachClass) =>
        eachClass ? [CheckInput.Constant("classAlphas", random.Uniform(TensorShape.Vector(shape.Channels), 0.1, 0.9))] : [];

    private static string Name(TensorShape shape, FocalLossOptions options, double scale) =>
        $"{shape} {options.Reduction} gamma {options.Gamma:g2}{(options.Alpha is { } alpha ? $" alpha {alpha:g2}" : string.Empty)} scale {scale}";
}
