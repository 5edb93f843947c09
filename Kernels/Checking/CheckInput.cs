using SegFromScratch.Engine.Tensors;

namespace SegFromScratch.Kernels.Checking;

/// <summary>One input of a case.</summary>
/// <param name="Name">Its name in the formula: x, weight, bias.</param>
/// <param name="Value">Its numbers; each is a float32 number, so that references and devices start from the same.</param>
/// <param name="IsDifferentiable">False for targets, class weights and running statistics.</param>
/// <param name="HasDeviceLayout">True for features, which lie in the device's layout; weights and vectors a channel always have channel block 1.</param>
public sealed record CheckInput(string Name, HostTensor<double> Value, bool IsDifferentiable, bool HasDeviceLayout)
{
    /// <summary>Features: differentiable, in the device's layout.</summary>
    public static CheckInput Feature(string name, HostTensor<double> value) => new(name, value, true, true);

    /// <summary>A weight or a vector a channel: differentiable, channel block 1.</summary>
    public static CheckInput Parameter(string name, HostTensor<double> value) => new(name, value, true, false);

    /// <summary>A target, class weight or running statistic: no gradient, channel block 1.</summary>
    public static CheckInput Constant(string name, HostTensor<double> value) => new(name, value, false, false);
}
