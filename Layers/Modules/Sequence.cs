using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;

namespace SegFromScratch.Layers.Modules;

/// <summary>Modules one after the other; with none, the identity. PyTorch: <c>Sequential</c>.</summary>
public sealed class Sequence : Module
{
    private readonly Module[] _parts;

    /// <summary>Puts modules in a row.</summary>
    /// <param name="device">Where their parameters lie.</param>
    /// <param name="parts">The modules with their names, first to last.</param>
    public Sequence(Device device, params IEnumerable<(string Name, Module Module)> parts)
        : base(device) =>
        _parts = [.. parts.Select(part => Add(part.Name, part.Module))];

    /// <inheritdoc/>
    protected override Tensor Compute(Step step, Tensor input) => Chain(step, input, _parts);
}
