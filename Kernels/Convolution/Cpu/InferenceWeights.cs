using SegFromScratch.Engine.Devices.Cpu;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.BatchNormalization;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Convolution.Cpu;

/// <summary>
/// The parameters of a convolution in inference, and of the normalisation that is folded into it. Packed weights are kept beside the weight,
/// so that only the first of several inferences packs; <see cref="Tensor.Version"/> tells when one of the parameters may have changed.
/// </summary>
/// <param name="Weight">The weight.</param>
/// <param name="Bias">1,K,1,1, or null.</param>
/// <param name="Normalization">What follows the convolution, or null.</param>
internal readonly record struct InferenceWeights(Tensor Weight, Tensor? Bias, FrozenNormalization? Normalization)
{
    private readonly record struct Key(PackedWeightPlan Plan, float Epsilon);

    /// <summary>Whether sums start from a number other than zero.</summary>
    public bool HasInitial => Bias is not null || Normalization is not null;

    /// <summary>Results are not less than this.</summary>
    public float Floor => Normalization is { Relu: true } ? 0 : float.NegativeInfinity;

    /// <summary>The packed weights: those kept, if they still hold, else packed anew and kept.</summary>
    public unsafe float* Packed(CpuDevice device, in ConvolutionShape shape, in PackedWeightPlan plan)
    {
        ReadOnlySpan<Tensor?> sources = [Bias, Normalization?.Gamma, Normalization?.Beta, Normalization?.RunningMean, Normalization?.RunningVariance];
        Key key = new(plan, Normalization?.Epsilon ?? 0);
        if (!Weight.TryGetDerived(key, sources, out ArrayView<float> packed))
        {
            packed = Weight.KeepDerived(key, sources, plan.Length, "packed weights");
            Pack(device, shape, plan, packed.Pointer);
        }

        return packed.Pointer;
    }

    private unsafe void Pack(CpuDevice device, in ConvolutionShape shape, in PackedWeightPlan plan, float* packed)
    {
        ArrayView<float> bias = Bias is null ? default : Bias.ReadOnlyData;
        float* weight = Weight.ReadOnlyData.Pointer;
        if (Normalization is not { } normalization)
        {
            plan.Pack(device, shape, weight, null, bias.Pointer, packed);
            return;
        }

        using Workspace scale = new(device, shape.OutputChannels, "scale"), shift = new(device, shape.OutputChannels, "shift");
        normalization.Fold(bias, scale.View, shift.View);
        plan.Pack(device, shape, weight, scale.Pointer, shift.Pointer, packed);
    }
}
