using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.Scale;

/// <summary>Cases of <see cref="Scale"/>.</summary>
internal sealed class ScaleCheck : IOperationCheck
{
    /// <inheritdoc/>
    public IEnumerable<OperationCase> Cases()
    {
        foreach (TensorShape shape in (TensorShape[])[new(2, 5, 3, 7), new(1, 1, 1, 1)])
        {
            yield return new OperationCase
            {
                Operation = "scale",
                Name = $"{shape}",
                Inputs = [CheckInput.Feature("x", new CheckRandom($"scale {shape}").SmallIntegers(shape))],
                Forward = inputs => ScaleReference.Forward(inputs[0], -0.5),
                Backward = (_, outputGradient) => [ScaleReference.Forward(outputGradient, -0.5)],
                Run = (step, inputs) => Scale.Apply(step, inputs[0], -0.5f),
                Tolerance = 0,
            };
        }
    }
}
