using SegFromScratch.Engine.Tensors;

namespace SegFromScratch.Tests.Operations;

/// <summary>Tests of losses on a device.</summary>
public abstract class LossFixture(string device, int channelBlock) : DeviceFixture(device, channelBlock)
{
    /// <summary>A loss and its gradient by the logits are these numbers.</summary>
    protected static void AssertLoss(Step step, Tensor loss, Tensor logits, double expected, double[] gradient)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(logits);
        AssertNear([loss.ToScalar()], [expected]);
        step.Backward(loss);
        AssertNear(logits.Gradient!.ToArray(), gradient);
    }
}
