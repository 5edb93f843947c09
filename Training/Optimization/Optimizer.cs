using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Memory;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Optimizers;
using SegFromScratch.Layers.Modules;
using SegFromScratch.Training.Weights;

namespace SegFromScratch.Training.Optimization;

/// <summary>Changes the trained parameters of a network against their gradients. What it remembers of earlier steps lies on the device and goes into checkpoints.</summary>
public abstract class Optimizer
{
    private readonly List<Slot> _slots = [];
    private readonly Dictionary<string, double> _scales = [];
    private readonly string[] _moments;
    private readonly List<Tensor> _gradients = [];
    private readonly List<ParameterUpdate> _updates = [];
    private GradientNorm? _norm;
    private Group[]? _groups;

    /// <summary>Makes the memory for every trained parameter, zero at first.</summary>
    /// <param name="module">The network.</param>
    /// <param name="moments">The names of what is remembered a parameter, such as mean and variance.</param>
    private protected Optimizer(Module module, params string[] moments)
    {
        _moments = moments;
        Device = module.Device;
        foreach ((string name, Parameter parameter) in module.Parameters().Where(p => p.Parameter.IsTrained))
        {
            Tensor[] tensors = [.. moments.Select(moment => Tensor.Persistent(Device, parameter.Value.Shape, memoryClass: MemoryClass.Optimizer, name: $"{name} {moment}"))];
            _slots.Add(new Slot(name, parameter, tensors));
        }
    }

    /// <summary>The name on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>How many updates were made; checkpoints hold it, because bias corrections depend on it.</summary>
    public long Updates { get; set; }

    /// <summary>The greatest Euclidean norm of all gradients together, above 0: longer ones are shortened to it before an update. null: not limited.</summary>
    public double? GradientLimit { get; set; }

    /// <summary>True: weight decay is for kernels of convolutions only, not for biases and normalisations.</summary>
    public bool DecayWeightsOnly
    {
        get;
        set => (field, _groups) = (value, null);
    }

    /// <summary>What is remembered of earlier steps, by the names it has in checkpoints: <c>optimizer.&lt;parameter&gt;.&lt;moment&gt;</c>.</summary>
    public IEnumerable<(string Name, Tensor Value)> State =>
        _slots.SelectMany(slot => slot.Moments.Select((tensor, i) => (Checkpoint.OptimizerTensorName(slot.Name, _moments[i]), tensor)));

    /// <summary>Where the parameters lie.</summary>
    protected Device Device { get; }

    /// <summary>Multiplies the learning rate of one parameter in all later updates.</summary>
    /// <param name="parameter">Its full name.</param>
    /// <param name="scale">The factor on the rate of the schedule.</param>
    public void ScaleLearningRate(string parameter, double scale)
    {
        _scales[parameter] = scale;
        _groups = null;
    }

    /// <summary>Limits the gradients, changes every parameter that has one, and drops them.</summary>
    /// <exception cref="NotFiniteNumberException">The gradients are limited and their norm is no finite number. Nothing was changed; the gradients are dropped.</exception>
    public void Update(double learningRate)
    {
        LimitGradients();
        Updates++;
        _groups ??= Grouped();
        foreach (Group group in _groups)
        {
            foreach (Slot slot in group.Slots)
            {
                Tensor value = slot.Parameter.Value;
                if (value.Gradient is { } gradient)
                    _updates.Add(new ParameterUpdate(value, gradient, slot.Moments[0], slot.Moments.ElementAtOrDefault(1)));
            }

            Update(_updates, learningRate * group.Scale, group.Decays);
            _updates.Clear();
        }

        DropGradients();
    }

    /// <summary>Drops the gradients without an update.</summary>
    public void DropGradients()
    {
        foreach (Slot slot in _slots)
            slot.Parameter.Value.ClearGradient();
    }

    /// <summary>Changes parameters against their gradients.</summary>
    /// <param name="updates">The parameters, their gradients and what is remembered of them.</param>
    /// <param name="learningRate">Their rate.</param>
    /// <param name="decays">False: without weight decay.</param>
    protected abstract void Update(IReadOnlyList<ParameterUpdate> updates, double learningRate, bool decays);

    // What has one rate and one decay can be launched together. A parameter that stands in a network under two names is changed once.
    private Group[] Grouped() =>
    [
        .. _slots
            .DistinctBy(slot => slot.Parameter)
            .GroupBy(slot => (Scale: _scales.GetValueOrDefault(slot.Name, 1), Decays: !DecayWeightsOnly || slot.Parameter.Role == ParameterRole.Weight))
            .Select(group => new Group(group.Key.Scale, group.Key.Decays, [.. group])),
    ];

    private void LimitGradients()
    {
        if (GradientLimit is not { } limit)
            return;
        _gradients.AddRange(_slots.Select(slot => slot.Parameter.Value.Gradient).OfType<Tensor>());
        _norm ??= new GradientNorm(Device, _slots.Count);
        double norm = _norm.Clip(_gradients, limit);
        _gradients.Clear();
        if (double.IsFinite(norm))
            return;
        DropGradients();
        throw new NotFiniteNumberException($"the norm of the gradients is {norm}", norm);
    }

    private sealed record Group(double Scale, bool Decays, Slot[] Slots);

    private sealed record Slot(string Name, Parameter Parameter, Tensor[] Moments);
}
