using SegFromScratch.Engine.Tensors;
using SegFromScratch.Layers.Models;
using SegFromScratch.Layers.Modules;

namespace SegFromScratch.Training.Trainer;

/// <summary>Finds the first operation of a step whose result is no finite number. Every result is copied from the device for it, so it is slow.</summary>
internal sealed class NonFiniteSearch : IDisposable
{
    private readonly List<(Module Module, Action<Module, TensorShape, TensorShape>? Before)> _watched = [];
    private readonly Dictionary<Module, string> _names = new(ReferenceEqualityComparer.Instance);
    private readonly Step _step;
    private string? _operation;
    private string? _module;

    /// <summary>Watches a step.</summary>
    /// <param name="step">The step, before its first operation.</param>
    /// <param name="model">The network, whose modules give the place a name.</param>
    public NonFiniteSearch(Step step, SegmentationModel model)
    {
        _step = step;
        step.Watch = Look;
        foreach ((string name, Module module) in model.Modules().Where(m => m.FullName.Length > 0))
        {
            _names[module] = name;
            _watched.Add((module, module.AfterForward));
            module.AfterForward = (done, input, output) => Leave(done);
        }

        Look(model);
    }

    /// <summary>What was found, for a message; null if all is finite so far.</summary>
    public string? Found => _operation is null ? null : string.IsNullOrEmpty(_module) ? _operation : $"{_operation} in {_module}";

    /// <summary>Ends the search and leaves network and step as they were.</summary>
    public void Dispose()
    {
        _step.Watch = null;
        foreach ((Module module, Action<Module, TensorShape, TensorShape>? before) in _watched)
            module.AfterForward = before;
    }

    // A weight that an earlier step has ruined says more than the operation that first meets it.
    private void Look(SegmentationModel model)
    {
        (string FullName, float Value)[] ruined = [.. model.Parameters()
            .Select(p => (p.FullName, Value: FirstNotFinite(p.Parameter.Value))).Where(p => p.Value is not null).Select(p => (p.FullName, p.Value!.Value)).Take(1)];
        if (ruined is [(string name, float value)])
            (_operation, _module) = ($"{name} holds {value} since an earlier step", "");
    }

    private void Look(Tensor tensor, bool isGradient)
    {
        if (_operation is not null || FirstNotFinite(tensor) is not { } value)
            return;
        _operation = isGradient ? $"the gradient of '{tensor.Name}' is the first result with {value}" : $"the operation '{tensor.Name}' is the first to give {value}";
        if (isGradient)
            _module = "the backward pass";
    }

    // The innermost module is left first.
    private void Leave(Module module)
    {
        if (_operation is not null)
            _module ??= _names[module];
    }

    private static float? FirstNotFinite(Tensor tensor)
    {
        foreach (float value in tensor.ToArray())
        {
            if (!float.IsFinite(value))
                return value;
        }

        return null;
    }
}
