using System.Numerics;
using SegFromScratch.Engine.Profiling;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.LovaszSoftmax;
using SegFromScratch.Kernels.Profiling;

namespace SegFromScratch.Kernels.LovaszHinge;

/// <summary>
/// The Lovász-softmax loss's sister for masks that may overlap: a hinge on each class's IoU. Yu and Blaschko, ICML 2015; Berman, Rannen Triki and Blaschko, CVPR 2018.
/// IoU counts over all pixels of the batch.
/// </summary>
public static class LovaszHinge
{
    /// <summary>
    /// L = mean over the classes of sum over i of max(0, m_i) (J_i - J_(i-1)), m = 1 - x for the pixels of a class and 1 + x for others, largest first, and J_i the Jaccard loss of the
    /// class if just the first i pixels were wrong. A class without a pixel counts with its largest m alone.
    /// </summary>
    /// <param name="step">The running step.</param>
    /// <param name="logits">x, N,C,H,W.</param>
    /// <param name="target">N,C,H,W in any layout; above 1/2 is inside.</param>
    /// <returns>The loss, a scalar.</returns>
    /// <exception cref="ArgumentException">Shapes do not agree, or there are too many pixels to sort.</exception>
    public static Tensor Apply(Step step, Tensor logits, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(target);
        TensorShape shape = logits.Shape;
        if (target.Shape != shape)
            throw new ArgumentException($"the target '{target.Name}' has shape {target.Shape} but the logits have {shape}: one target a logit is needed", nameof(target));
        ErrorOrder order = ErrorOrder.Of(shape.Channels, checked(shape.Batch * shape.Height * shape.Width));
        Tensor loss = step.Create(new TensorLayout(TensorShape.Scalar, 1), "lovasz hinge", logits.RequiresGradient);
        DeviceArray<float> slopes = step.CreateArray<float>(shape.Channels * order.Pixels, "slopes of the lovasz hinge");
        DeviceArray<float> factor = step.CreateArray<float>(1, "factor of a loss");
        Forward(step, order, logits, target, slopes, factor, loss);
        step.Record(loss, keep: [slopes, factor], lossGradient =>
            step.Accumulate(logits, Backward(step, order, slopes, factor, lossGradient, step.CreateGradient(logits)), OperationWork.Elementwise("lovasz hinge", OperationWork.InputGradient, 1, shape, slopes, logits)),
            Work(order, logits, target, slopes));
        Step.Release(slopes);
        Step.Release(factor);
        return loss;
    }

    // The Lovász-softmax loss's count, with one operation more for the margin's sign.
    private static Work Work(ErrorOrder order, Tensor logits, Tensor target, DeviceArray<float> slopes) =>
        OperationWork.Elementwise("lovasz hinge", OperationWork.Forward, BitOperations.Log2((uint)order.Length) + 8, logits.Shape, logits, target, slopes);

    private static void Forward(Step step, ErrorOrder order, Tensor logits, Tensor target, DeviceArray<float> slopes, DeviceArray<float> factor, Tensor loss)
    {
        DeviceArray<float> margins = step.CreateArray<float>(order.Classes * order.Length, "margins in order");
        DeviceArray<int> pixels = step.CreateArray<int>(order.Classes * order.Length, "pixels in order of margin");
        LovaszHingeLauncher.Items(step.Device, margins.Length, order, logits.View, target.View, margins.View, pixels.View);
        order.Sort(step.Device, margins, pixels);
        int slices = order.Classes * order.Slices;
        DeviceArray<int> counts = step.CreateArray<int>(slices, "pixels of the class before a slice");
        DeviceArray<int> totals = step.CreateArray<int>(order.Classes, "pixels of a class");
        DeviceArray<float> losses = step.CreateArray<float>(slices, "losses of slices");
        LovaszHingeLauncher.Counts(step.Device, slices, order, target.View, pixels.View, counts.View);
        LovaszSoftmaxLauncher.Offsets(step.Device, order.Classes, order, counts.View, totals.View);
        LovaszHingeLauncher.Slopes(step.Device, slices, order, target.View, margins.View, pixels.View, counts.View, totals.View, slopes.View, losses.View);
        LovaszHingeLauncher.Loss(step.Device, 1, order, losses.View, factor.View, loss.Data);
        foreach (StepMemory memory in (StepMemory[])[margins, pixels, counts, totals, losses])
            Step.Release(memory);
    }

    private static Tensor Backward(Step step, ErrorOrder order, DeviceArray<float> slopes, DeviceArray<float> factor, Tensor lossGradient, Tensor inputGradient)
    {
        LovaszSoftmaxLauncher.Backward(step.Device, inputGradient.Layout.Length, order, slopes.View, factor.View, lossGradient.Data, inputGradient.View);
        return inputGradient;
    }
}
