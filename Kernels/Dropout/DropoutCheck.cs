using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.Dropout;

/// <summary>Cases of <see cref="Dropout"/>, each with a fixed random key.</summary>
internal sealed class DropoutCheck : IOperationCheck
{
    private const ulong Key = 0x0123456789ABCDEFUL;

    /// <inheritdoc/>
    public IEnumerable<OperationCase> Cases()
    {
        foreach (bool wholeChannels in (bool[])[false, true])
        {
            foreach (float rate in (float[])[0.1f, 0.5f, 0.9f])
            {
                foreach (TensorShape shape in (TensorShape[])[new(2, 5, 3, 7), new(3, 17, 4, 5), new(1, 1, 1, 1)])
                {
                    yield return new OperationCase
                    {
                        Operation = wholeChannels ? "channel dropout" : "dropout",
                        Name = $"{shape} rate {rate:g2}",
                        Inputs = [CheckInput.Feature("x", new CheckRandom($"dropout {shape}").Normal(shape))],
                        Forward = inputs => DropoutReference.Forward(inputs[0], rate, wholeChannels, Key),
                        Backward = (_, outputGradient) => [DropoutReference.Forward(outputGradient, rate, wholeChannels, Key)],
                        Run = (step, inputs) => Dropout.ApplyWithKey(step, inputs[0], rate, wholeChannels, Key),
                    };
                }
            }
        }
    }
}
