using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Profiling;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Cpu;
using SegFromScratch.Kernels.Dropout.Ladder;
using SegFromScratch.Kernels.Profiling;

namespace SegFromScratch.Kernels.Dropout;

/// <summary>
/// Sets random elements to zero in training and scales the others up, so that the expectation stays (inverted dropout); the identity in inference.
/// Srivastava et al., JMLR 15, 2014. PyTorch: <c>dropout</c>, <c>dropout2d</c>.
/// </summary>
public static class Dropout
{
    /// <summary>y = x / (1 - rate) for a random share 1 - rate of the elements, 0 for the others. Shapes: x and y are N,C,H,W.</summary>
    /// <remarks>
    /// In inference, and at rate 0, y is x itself, counted once more: release x and y as if they were two tensors.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not in 0 up to 1, exclusive.</exception>
    public static Tensor Apply(Step step, Tensor input, float rate) => Apply(step, input, rate, wholeChannels: false);

    /// <summary>
    /// As <see cref="Apply(Step, Tensor, float)"/>, but keeps or drops each channel of each image as a whole: neighbouring pixels are alike, and dropping
    /// single ones takes little information away. Tompson et al., CVPR 2015.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not in 0 up to 1, exclusive.</exception>
    public static Tensor ApplyToChannels(Step step, Tensor input, float rate) => Apply(step, input, rate, wholeChannels: true);

    /// <summary>As <see cref="Apply(Step, Tensor, float)"/>, but in inference too: the same inputs then give other outputs with another seed of the step. Gal and Ghahramani, ICML 2016.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not in 0 up to 1, exclusive.</exception>
    public static Tensor ApplyAlways(Step step, Tensor input, float rate) => Apply(step, input, rate, wholeChannels: false, always: true);

    /// <summary>Drops with a given random key; the step's mode is not looked at.</summary>
    internal static Tensor ApplyWithKey(Step step, Tensor input, float rate, bool wholeChannels, ulong key)
    {
        Tensor output = step.Create(input.Layout, "dropout", input.RequiresGradient);
        Drop(step, input, rate, wholeChannels, key, output);
        // The mask is computed again from the key, so nothing is kept.
        step.Record(output, keep: [], saved: (input, rate, wholeChannels, key), static (step, saved, outputGradient) =>
        {
            (Tensor input, float rate, bool wholeChannels, ulong key) = saved;
            Tensor inputGradient = Fast(step, input) is null ? step.CreateGradient(input) : step.OverwriteGradient(input, outputGradient);
            Drop(step, outputGradient, rate, wholeChannels, key, inputGradient);
            step.Accumulate(input, inputGradient, Work(OperationWork.InputGradient, input));
        }, Work(OperationWork.Forward, input));
        return output;
    }

    // One product an element; the whole-number arithmetic of the random mask is not counted.
    private static Work Work(string pass, Tensor input) => OperationWork.Elementwise("dropout", pass, 1, input.Shape, input, input);

    private static Tensor Apply(Step step, Tensor input, float rate, bool wholeChannels, bool always = false)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(input);
        if (!(rate >= 0f && rate < 1f))
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "the dropout rate must be at least 0 and below 1");
        if ((step.IsTraining || always) && rate > 0f)
            return ApplyWithKey(step, input, rate, wholeChannels, step.NextRandomKey());
        if (!input.IsPersistent)
            Step.Retain(input);
        return input;
    }

    private static void Drop(Step step, Tensor from, float rate, bool wholeChannels, ulong key, Tensor to)
    {
        if (Fast(step, to) is { } cpu)
            DropoutCpu.Apply(cpu, from.View, rate, DropoutLadder.Scale(rate), wholeChannels, (uint)key, (uint)(key >> 32), to.View);
        else
            DropoutLadder.Apply(step.Device, DropoutLadder.Choose(step.Device, to.Layout), from.View, rate, wholeChannels, key, to.View);
    }

    private static CpuDevice? Fast(Step step, Tensor tensor) =>
        CpuPath.Of(step.Device, DropoutCpu.Supports(tensor.Layout));
}
