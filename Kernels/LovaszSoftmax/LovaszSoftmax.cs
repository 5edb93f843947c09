using System.Numerics;
using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Profiling;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Cpu;
using SegFromScratch.Kernels.Profiling;

namespace SegFromScratch.Kernels.LovaszSoftmax;

/// <summary>
/// A loss whose value at hard predictions is one minus the mean IoU, and which is piecewise linear between them. Berman, Rannen Triki and Blaschko, CVPR 2018.
/// IoU counts over all pixels of the batch, so small batches make it a poor estimate of a data set's.
/// </summary>
public static class LovaszSoftmax
{
    /// <summary>The loss of softmax(x): see <see cref="ApplyToProbabilities"/>.</summary>
    /// <param name="step">The running step.</param>
    /// <param name="logits">x, N,C,H,W.</param>
    /// <param name="target">The class of each pixel, N x H x W numbers in n, y, x order. Classes outside 0 up to C do not count.</param>
    /// <param name="ignoreIndex">A class that does not count: void, border.</param>
    /// <returns>The loss, a scalar.</returns>
    /// <exception cref="ArgumentException">Sizes do not agree, or there are too many pixels to sort.</exception>
    public static Tensor Apply(Step step, Tensor logits, DeviceArray<int> target, int ignoreIndex = -100)
    {
        ArgumentNullException.ThrowIfNull(step);
        Tensor probabilities = Softmax.Softmax.Apply(step, logits);
        Tensor loss = ApplyToProbabilities(step, probabilities, target, ignoreIndex);
        Step.Release(probabilities);
        return loss;
    }

    /// <summary>
    /// L = mean over the classes c that occur of sum over i of m_i (J_i - J_(i-1)), m the errors |[t = c] - p_c| of the pixels that count, largest first, and J_i the Jaccard loss of the
    /// class if just the first i pixels were wrong. If no pixel counts, the loss is 0 and so are the gradients.
    /// </summary>
    /// <param name="step">The running step.</param>
    /// <param name="probabilities">p, N,C,H,W, from 0 to 1.</param>
    /// <param name="target">The class of each pixel, N x H x W numbers in n, y, x order. Classes outside 0 up to C do not count.</param>
    /// <param name="ignoreIndex">A class that does not count: void, border.</param>
    /// <returns>The loss, a scalar.</returns>
    /// <exception cref="ArgumentException">Sizes do not agree, or there are too many pixels to sort.</exception>
    public static Tensor ApplyToProbabilities(Step step, Tensor probabilities, DeviceArray<int> target, int ignoreIndex = -100)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(probabilities);
        ArgumentNullException.ThrowIfNull(target);
        TensorShape shape = probabilities.Shape;
        long pixels = (long)shape.Batch * shape.Height * shape.Width;
        if (target.Length != pixels)
            throw new ArgumentException($"the class map has {target.Length} pixels but '{probabilities.Name}' of shape {shape} has {pixels}: one class a pixel is needed", nameof(target));
        ErrorOrder order = ErrorOrder.Of(shape.Channels, target.Length);
        Tensor loss = step.Create(new TensorLayout(TensorShape.Scalar, 1), "lovasz softmax", probabilities.RequiresGradient);
        bool isFast = CpuPath.Of(step.Device) is not null;
        DeviceArray<float> slopes = step.CreateArray<float>(isFast ? probabilities.Layout.Length : shape.Channels * target.Length, "slopes of the lovasz softmax");
        DeviceArray<float> factor = step.CreateArray<float>(1, "factor of a loss");
        Forward(step, order, probabilities, target, ignoreIndex, slopes, factor, loss);
        step.Record(loss, keep: [slopes, factor], lossGradient =>
            step.Accumulate(probabilities, Backward(step, order, slopes, factor, lossGradient, step.CreateGradient(probabilities)), OperationWork.Elementwise("lovasz softmax", OperationWork.InputGradient, 1, shape, slopes, probabilities)),
            Work(order, probabilities, target, slopes));
        Step.Release(slopes);
        Step.Release(factor);
        return loss;
    }

    // A sort that compares takes about log2(n) comparisons for each of n numbers; the rise takes 7 operations.
    private static Work Work(ErrorOrder order, Tensor probabilities, DeviceArray<int> target, DeviceArray<float> slopes)
    {
        long comparisons = BitOperations.Log2((uint)order.Length);
        return OperationWork.Elementwise("lovasz softmax", OperationWork.Forward, comparisons + 7, probabilities.Shape, probabilities, target, slopes);
    }

    private static void Forward(
        Step step, ErrorOrder order, Tensor probabilities, DeviceArray<int> target, int ignoreIndex, DeviceArray<float> slopes, DeviceArray<float> factor, Tensor loss)
    {
        if (CpuPath.Of(step.Device) is { } cpu)
        {
            DeviceArray<int> ofClasses = step.CreateArray<int>(order.Classes, "pixels of a class");
            DeviceArray<float> lossesOfClasses = step.CreateArray<float>(order.Classes, "losses of classes");
            LovaszSoftmaxCpu.Forward(cpu, probabilities.View, target.View, ignoreIndex, slopes.View, lossesOfClasses.View, ofClasses.View);
            LovaszSoftmaxLauncher.Loss(step.Device, 1, lossesOfClasses.View, ofClasses.View, factor.View, loss.Data);
            Step.Release(ofClasses);
            Step.Release(lossesOfClasses);
            return;
        }

        DeviceArray<float> errors = step.CreateArray<float>(order.Classes * order.Length, "errors in order");
        DeviceArray<int> pixels = step.CreateArray<int>(order.Classes * order.Length, "pixels in order of error");
        LovaszSortLauncher.Items(step.Device, errors.Length, order, probabilities.View, target.View, ignoreIndex, errors.View, pixels.View);
        order.Sort(step.Device, errors, pixels);
        int slices = order.Classes * order.Slices;
        DeviceArray<int> counts = step.CreateArray<int>(slices, "pixels of the class before a slice");
        DeviceArray<int> totals = step.CreateArray<int>(order.Classes, "pixels of a class");
        DeviceArray<float> losses = step.CreateArray<float>(slices, "losses of slices");
        LovaszSoftmaxLauncher.Counts(step.Device, slices, order, target.View, errors.View, pixels.View, counts.View);
        LovaszSoftmaxLauncher.Offsets(step.Device, order.Classes, order, counts.View, totals.View);
        LovaszSoftmaxLauncher.Slopes(
            step.Device, slices, order, target.View, errors.View, pixels.View, counts.View, totals.View, slopes.View, losses.View);
        LovaszSoftmaxLauncher.Loss(step.Device, 1, losses.View, totals.View, factor.View, loss.Data);
        foreach (StepMemory memory in (StepMemory[])[errors, pixels, counts, totals, losses])
            Step.Release(memory);
    }

    private static Tensor Backward(
        Step step, ErrorOrder order, DeviceArray<float> slopes, DeviceArray<float> factor, Tensor lossGradient, Tensor inputGradient)
    {
        if (CpuPath.Of(step.Device) is { } cpu)
            LovaszSoftmaxCpu.Backward(cpu, slopes.View, factor.View, lossGradient.Data, inputGradient.Data);
        else
            LovaszSoftmaxLauncher.Backward(step.Device, inputGradient.Layout.Length, order, slopes.View, factor.View, lossGradient.Data, inputGradient.View);
        return inputGradient;
    }
}
