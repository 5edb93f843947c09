using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Checking;

namespace SegFromScratch.Kernels.Ladders;

/// <summary>One pass of an operation at one size, for <c>seg lab</c>: how it runs on each rung, and what must come out.</summary>
public sealed class LadderPass
{
    /// <summary>The pass: product, forward, input gradient …</summary>
    public required string Name { get; init; }

    /// <summary>Two for each multiply-add.</summary>
    public required long FloatingPointOperations { get; init; }

    /// <summary>Bytes that must be read and written at least: each input and the result once, if nothing has to be read twice.</summary>
    public required long Bytes { get; init; }

    /// <summary>The rungs that have a kernel of their own; work that goes element by element has nothing to share.</summary>
    public IReadOnlyList<Rung> Rungs { get; init; } = Enum.GetValues<Rung>();

    /// <summary>The inputs, N,C,H,W.</summary>
    public required IReadOnlyList<HostTensor<double>> Inputs { get; init; }

    /// <summary>The definition: inputs to result.</summary>
    public required Func<IReadOnlyList<HostTensor<double>>, HostTensor<double>> Reference { get; init; }

    /// <summary>Runs a rung: device, rung, inputs and the result, all with channel block 1.</summary>
    public required Action<Device, Rung, IReadOnlyList<Tensor>, Tensor> Run { get; init; }

    /// <summary>The kernel that does the work on a rung of a device.</summary>
    public required Func<Device, Rung, KernelDefinition> Kernel { get; init; }
}
