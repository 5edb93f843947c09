using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.BatchNormalization;

/// <summary>What both passes of a batch normalisation work on.</summary>
/// <param name="Input">x, N,C,H,W.</param>
/// <param name="Added">What is added to the normalised tensor, in the layout of x, or null.</param>
/// <param name="Gamma">1,C,1,1, or null for ones.</param>
/// <param name="Beta">1,C,1,1, or null for zeros.</param>
/// <param name="Mean">One number a channel, written by the forward pass.</param>
/// <param name="InverseDeviation">1 / sqrt(variance + epsilon), one number a channel, written by the forward pass.</param>
/// <param name="Relu">True takes max(0, y).</param>
/// <param name="OfBatch">True where mean and variance are those of the batch and move with x, false where they are constants.</param>
internal readonly record struct BatchNormalizationOperands(
    Tensor Input, Tensor? Added, Tensor? Gamma, Tensor? Beta, DeviceArray<float> Mean, DeviceArray<float> InverseDeviation, bool Relu, bool OfBatch)
{
    /// <summary>gamma, or an empty view for ones.</summary>
    public ArrayView<float> GammaData => Gamma?.Data ?? default;

    /// <summary>beta, or an empty view for zeros.</summary>
    public ArrayView<float> BetaData => Beta?.Data ?? default;

    /// <summary>The device, where it is the cpu and has SIMD kernels for this layout.</summary>
    public CpuDevice? Fast(Step step) => CpuPath.Of(step.Device, BatchNormalizationCpu.Supports(Input.Layout));

    /// <summary>
    /// Whether the backward pass reads from y where the ReLU cut. The kernels do, since the next layer keeps y anyway; the cpu device computes it anew from x instead,
    /// so that y need not stay, unless there is a summand that it would have to keep for it.
    /// </summary>
    public bool ReadsOutput(Step step) => Relu && (Added is not null || Fast(step) is null);
}
