using SegFromScratch.Engine.Tensors;

namespace SegFromScratch.Kernels.Optimizers;

/// <summary>A tensor that an update changes, and what it needs for that. All have one layout.</summary>
/// <param name="Target">What changes: a parameter, or an average.</param>
/// <param name="Source">What it changes by: the parameter's gradient, or the value that an average follows. null is an error that names the target.</param>
/// <param name="First">What is remembered from step to step: the velocity, the first moment or the mean square; null where nothing is.</param>
/// <param name="Second">What else is remembered: the second moment, or the velocity beside a mean square; null where nothing is.</param>
public readonly record struct ParameterUpdate(Tensor Target, Tensor? Source, Tensor? First = null, Tensor? Second = null);
