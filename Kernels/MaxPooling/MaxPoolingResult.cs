using SegFromScratch.Engine.Tensors;

namespace SegFromScratch.Kernels.MaxPooling;

/// <summary>The maxima of all windows, and where they lie, for a later unpooling.</summary>
/// <param name="Output">N,C,P,Q.</param>
/// <param name="Indices">
/// One number an element of <paramref name="Output"/>, at the same offset in memory: h * W + w of the maximum in its plane. PyTorch: <c>return_indices=True</c>.
/// <see cref="Step.Release"/> it when no more operation of the forward pass needs it.
/// </param>
public readonly record struct MaxPoolingResult(Tensor Output, DeviceArray<int> Indices);
