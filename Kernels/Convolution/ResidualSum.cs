using SegFromScratch.Engine.Tensors;

namespace SegFromScratch.Kernels.Convolution;

/// <summary>The end of a residual block: what is added to the result of its last convolution and normalisation. He et al., "Deep residual learning", CVPR 2016.</summary>
/// <param name="Added">N,K,P,Q, in the layout of the result: the input of the block, or its shortcut.</param>
/// <param name="Relu">True takes max(0, y) of the sum, as ResNet does; Xception and MobileNetV2 do not.</param>
public readonly record struct ResidualSum(Tensor Added, bool Relu)
{
    /// <summary>The least that a result can be.</summary>
    internal float Floor => Relu ? 0f : float.NegativeInfinity;

    /// <summary>The sum as an operation of its own.</summary>
    internal Tensor Apply(Step step, Tensor residual) => Relu ? Addition.Addition.ApplyRelu(step, residual, Added) : Addition.Addition.Apply(step, residual, Added);
}
