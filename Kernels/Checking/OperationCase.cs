using SegFromScratch.Engine.Tensors;

namespace SegFromScratch.Kernels.Checking;

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
