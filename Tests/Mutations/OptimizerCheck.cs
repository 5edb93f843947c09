using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;
using SegFromScratch.Kernels.Optimizers;
using SegFromScratch.Kernels.Scale;

namespace SegFromScratch.Tests.Mutations;

/// <summary>Two steps of RMSprop and of a moving average, as operations whose output is the parameter and all that is remembered: so the mutations can break them.</summary>
internal sealed class OptimizerCheck : IOperationCheck
{
    private const double Rate = 0.0625, Decay = 0.75;
    private static readonly RmsPropOptions s_options = new() { Smoothing = 0.75, Epsilon = 0.125, Momentum = 0.5, WeightDecay = 0.25 };

    /// <inheritdoc/>
    public IEnumerable<OperationCase> Cases()
    {
        var random = new CheckRandom("optimizers");
        TensorShape vector = TensorShape.Vector(5);
        CheckInput[] inputs = [CheckInput.Constant("start", random.Normal(vector)), CheckInput.Constant("gradient", random.AwayFromZero(vector))];
        yield return Case("rmsprop", inputs, RmsPropReferenceSteps, RmsPropSteps);
        yield return Case("weight average", inputs, AverageReferenceSteps, AverageSteps);
    }

    private static OperationCase Case(
        string operation, CheckInput[] inputs, Func<IReadOnlyList<HostTensor<double>>, double[][]> reference, Func<Step, Tensor, Tensor, Tensor[]> run) => new()
        {
            Operation = operation,
            Name = "two steps",
            Inputs = inputs,
            Forward = values => Joined(reference(values)),
            Backward = (_, _) => [null, null],
            Run = (step, tensors) => Uploaded(step, run(step, tensors[0], tensors[1])),
        };

    private static double[][] RmsPropReferenceSteps(IReadOnlyList<HostTensor<double>> inputs)
    {
        double[] parameter = [.. inputs[0].Values], square = new double[parameter.Length], velocity = new double[parameter.Length];
        for (int i = 0; i < 2; i++)
            RmsPropReference.Update(parameter, inputs[1].Values, square, velocity, Rate, s_options);
        return [parameter, square, velocity];
    }

    private static Tensor[] RmsPropSteps(Step step, Tensor start, Tensor gradient)
    {
        Tensor parameter = Persistent(step, start.ToArray(), requiresGradient: true), square = Persistent(step), velocity = Persistent(step);
        using (var inner = new Step(step.Device, training: true))
        {
            Tensor same = Scale.Apply(inner, parameter, 1);
            inner.Backward(same, inner.Input(gradient.Shape, gradient.ToArray(), "cotangent", channelBlock: 1));
        }

        for (int i = 0; i < 2; i++)
            RmsProp.Update(parameter, square, velocity, (float)Rate, s_options);
        return [parameter, square, velocity];
    }

    private static double[][] AverageReferenceSteps(IReadOnlyList<HostTensor<double>> inputs)
    {
        double[] average = [.. inputs[0].Values], value = [.. inputs[1].Values];
        for (int step = 0; step < 2; step++)
        {
            for (int i = 0; i < average.Length; i++)
                average[i] = (Decay * average[i]) + ((1 - Decay) * value[i]);
        }

        return [value, average];
    }

    private static Tensor[] AverageSteps(Step step, Tensor start, Tensor gradient)
    {
        Tensor average = Persistent(step, start.ToArray()), value = Persistent(step, gradient.ToArray());
        for (int i = 0; i < 2; i++)
            WeightAverage.Follow(average, value, Decay);
        WeightAverage.Swap(average, value);
        return [average, value];
    }

    private static Tensor Persistent(Step step, float[]? values = null, bool requiresGradient = false) =>
        Tensor.Persistent(step.Device, TensorShape.Vector(5), values, requiresGradient: requiresGradient);

    private static HostTensor<double> Joined(double[][] parts) => new(TensorShape.Vector(parts.Length * 5), [.. parts.SelectMany(part => part)]);

    private static Tensor Uploaded(Step step, Tensor[] parts)
    {
        float[] values = [.. parts.SelectMany(part => part.ToArray())];
        foreach (Tensor part in parts)
            part.Discard();
        return step.Input(TensorShape.Vector(values.Length), values, "parts");
    }
}
