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

    /// <summary>Told after every forward pass of this module: itself, the input's shape and the output's. For summaries.</summary>
    public Action<Module, TensorShape, TensorShape>? AfterForward { get; set; }

    /// <summary>
    /// Computes the output. The caller owns one reference to it; the module releases what it made on the way, never what it was given.
    /// </summary>
    public Tensor Forward(Step step, Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Tensor output = Compute(step, input);
        TellForward(input.Shape, output.Shape);
        return output;
    }

    /// <summary>Tells <see cref="AfterForward"/> of a forward pass that another module made in this one's place.</summary>
    internal void TellForward(TensorShape input, TensorShape output) => AfterForward?.Invoke(this, input, output);

    /// <summary>Multiplications with an addition that this module itself makes in one forward pass, without the modules inside; 0 where they do not matter.</summary>
    public virtual long MultiplyAdds(TensorShape input, TensorShape output) => 0;

    /// <summary>All parameters with their full names, such as <c>encoder.level1.convolution1.weight</c>, in order of construction.</summary>
    public IEnumerable<(string FullName, Parameter Parameter)> Parameters() => Walk("");

    /// <summary>All modules inside, and theirs, with their full names, in order of construction. The name of one that adds no part to names is empty.</summary>
    public IEnumerable<(string FullName, Module Module)> Modules() => WalkModules("");

    /// <summary>The number of parameters that are trained, as PyTorch counts them.</summary>
    public long TrainedCount => Parameters().Where(p => p.Parameter.IsTrained).Sum(p => p.Parameter.Value.Shape.Elements);

    /// <summary>The number of parameters and running statistics, as Keras counts them.</summary>
    public long TotalCount => Parameters().Sum(p => p.Parameter.Value.Shape.Elements);

    /// <summary>What <see cref="Forward"/> does.</summary>
    protected abstract Tensor Compute(Step step, Tensor input);

    /// <summary>Puts a module inside this one. An empty name adds no part to the names of its parameters.</summary>
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
        float[] values = [];
        if (device is not PlanningDevice)
        {
            values = new float[shape.Elements];
            initializer(shape, values, seed);
        }

        bool isTrained = role is not (ParameterRole.RunningStatistic or ParameterRole.Fixed);
        Tensor value = Tensor.Persistent(device, shape, values, requiresGradient: isTrained, memoryClass: MemoryClass.Weights, name: name);
        _own.Add(new Parameter(name, value, role));
        return value;
    }

    /// <summary>Runs modules one after the other and releases what lies between them.</summary>
    protected static Tensor Chain(Step step, Tensor input, params ReadOnlySpan<Module> modules) => ModuleChain.Run(step, input, modules);

    /// <summary>Runs a module on a tensor that is not used again, and releases it.</summary>
    protected static Tensor Consume(Step step, Module module, Tensor input)
    {
        Tensor output = module.Forward(step, input);
        Step.Release(input);
        return output;
    }

    private IEnumerable<(string FullName, Module Module)> WalkModules(string prefix)
    {
        foreach ((string name, Module module) in _children)
        {
            yield return (name.Length == 0 ? "" : prefix + name, module);
            foreach ((string FullName, Module Module) inner in module.WalkModules(Prefix(prefix, name)))
                yield return inner;
        }
    }

    private static string Prefix(string outer, string name) => name.Length == 0 ? outer : $"{outer}{name}.";

    private IEnumerable<(string FullName, Parameter Parameter)> Walk(string prefix)
    {
        foreach (Parameter parameter in _own)
            yield return (prefix + parameter.Name, parameter);
        foreach ((string name, Module module) in _children)
        {
            foreach ((string FullName, Parameter Parameter) inner in module.Walk(Prefix(prefix, name)))
                yield return inner;
        }
    }
}
