using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.Activation;

/// <summary>Cases of <see cref="Activation"/>.</summary>
internal sealed class ActivationCheck : IOperationCheck
{
    /// <inheritdoc/>
    public IEnumerable<OperationCase> Cases()
    {
        foreach (ActivationKind kind in Enum.GetValues<ActivationKind>())
        {
            foreach (TensorShape shape in (TensorShape[])[new(2, 5, 3, 7), new(1, 1, 1, 1), new(3, 17, 4, 5)])
            {
                // 0.3 is no float32 number, so the reference takes the nearest one.
                float slope = kind == ActivationKind.LeakyRelu && shape.Batch == 2 ? 0.3f : Activation.DefaultSlope;
                yield return Case(kind, shape, slope, $"{shape} slope {slope:g2}");
            }
        }

        yield return Case(ActivationKind.LeakyRelu, new TensorShape(1, 3, 4, 5), 0f, "1x3x4x5 slope 0");
    }

    private static OperationCase Case(ActivationKind kind, TensorShape shape, float slope, string name)
    {
        // Three times the usual spread reaches the kink of relu6 and the flat ends of the others. No number lies near a kink.
        HostTensor<double> x = new CheckRandom($"{kind} {shape}").AwayFromZero(shape);
        for (int i = 0; i < x.Values.Length; i++)
            x.Values[i] = Math.Abs((3 * x.Values[i]) - 6) < 0.05 ? 5 : (float)(3 * x.Values[i]);
        return new OperationCase
        {
            Operation = $"{kind}".ToLowerInvariant(),
            Name = kind == ActivationKind.LeakyRelu ? name : $"{shape}",
            Inputs = [CheckInput.Feature("x", x)],
            Forward = inputs => ActivationReference.Forward(kind, inputs[0], slope),
            Backward = (inputs, outputGradient) => [ActivationReference.Backward(kind, inputs[0], outputGradient, slope)],
            Run = (step, inputs) => Activation.Apply(step, kind, inputs[0], slope),
        };
    }
}
