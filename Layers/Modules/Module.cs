using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Memory;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Layers.Initialization;

namespace SegFromScratch.Layers.Modules;

/// <summary>A part of a network: parameters of its own, and modules inside.</summary>
/// <param name="device">Where its parameters lie.</param>
public abstract class Module(Device device)
{
    private readonly List<(string Name, Module Module)> _children = [];
    private readonly List<Parameter> _own = [];

    /// <summary>Where the parameters lie.</summary>
    public Device Device => device;

    /// <summary>
    /// Computes the output. The caller owns one reference to it; the module releases what it made on the way, never what it was given.
    /// </summary>
    public abstract Tensor Forward(Step step, Tensor input);

    /// <summary>All parameters with their full names, such as <c>encoder.level1.convolution1.weight</c>, in order of construction.</summary>
    public IEnumerable<(string FullName, Parameter Parameter)> Parameters() => Walk("");

    /// <summary>The number of parameters that are trained, as PyTorch counts them.</summary>
    public long TrainedCount => Parameters().Where(p => p.Parameter.IsTrained).Sum(p => p.Parameter.Value.Shape.Elements);

    /// <summary>The number of parameters and running statistics, as Keras counts them.</summary>
    public long TotalCount => Parameters().Sum(p => p.Parameter.Value.Shape.Elements);

    /// <summary>Puts a module inside this one.</summary>
    protected T Add<T>(string name, T module)
        where T : Module
    {
        _children.Add((name, module));
        return module;
    }

    /// <summary>Makes a parameter of this module.</summary>
    protected Tensor AddParameter(string name, TensorShape shape, ParameterRole role, Initializer initializer, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(initializer);
        var values = new float[shape.Elements];
        initializer(shape, values, seed);
        Tensor value = Tensor.Persistent(device, shape, values, requiresGradient: role != ParameterRole.RunningStatistic, memoryClass: MemoryClass.Weights, name: name);
        _own.Add(new Parameter(name, value, role));
        return value;
    }

    /// <summary>Runs modules one after the other and releases what lies between them.</summary>
    protected static Tensor Chain(Step step, Tensor input, params ReadOnlySpan<Module> modules)
    {
        Tensor current = input;
        for (int i = 0; i < modules.Length; i++)
        {
            Tensor next = modules[i].Forward(step, current);
            if (i > 0)
                Step.Release(current);
            current = next;
        }

        return current;
    }

    private IEnumerable<(string FullName, Parameter Parameter)> Walk(string prefix)
    {
        foreach (Parameter parameter in _own)
            yield return (prefix + parameter.Name, parameter);
        foreach ((string name, Module module) in _children)
        {
            foreach ((string FullName, Parameter Parameter) inner in module.Walk($"{prefix}{name}."))
                yield return inner;
        }
    }
}
