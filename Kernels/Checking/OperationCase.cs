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

/// <summary>
/// One operation with one set of sizes: its textbook reference, forward and backward, and how it runs on a device.
/// Finite differences check the reference; the reference checks every device.
/// </summary>
public sealed class OperationCase
{
    /// <summary>The operation, as the rows of <c>seg gradcheck</c> name it.</summary>
    public required string Operation { get; init; }

    /// <summary>The sizes, for messages.</summary>
    public required string Name { get; init; }

    /// <summary>The inputs in order.</summary>
    public required IReadOnlyList<CheckInput> Inputs { get; init; }

    /// <summary>The definition: inputs to output.</summary>
    public required Func<IReadOnlyList<HostTensor<double>>, HostTensor<double>> Forward { get; init; }

    /// <summary>
    /// The definition of the gradients: inputs and the cotangent of the output, to one gradient an input. Null stands for an input without one.
    /// </summary>
    public required Func<IReadOnlyList<HostTensor<double>>, HostTensor<double>, IReadOnlyList<HostTensor<double>?>> Backward { get; init; }

    /// <summary>The operation itself: records on the step's tape.</summary>
    public required Func<Step, IReadOnlyList<Tensor>, Tensor> Run { get; init; }

    /// <summary>
    /// How far a device may lie from the reference in double: |device - reference| &lt;= Tolerance * (1 + max |reference|). Zero asks for equality (small integers).
    /// </summary>
    public double Tolerance { get; init; } = 2e-5;

    /// <summary>False where the operation has a kink that finite differences would step across.</summary>
    public bool CheckFiniteDifferences { get; init; } = true;

    /// <inheritdoc/>
    public override string ToString() => $"{Operation} {Name}";
}
