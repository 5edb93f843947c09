using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Memory;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Layers.Modules;
using SegFromScratch.Training.Weights;

namespace SegFromScratch.Training.Optimization;

/// <summary>Changes the trained parameters of a network against their gradients. What it remembers of earlier steps lies on the device and goes into checkpoints.</summary>
public abstract class Optimizer
{
    private readonly List<Slot> _slots = [];
    private readonly Dictionary<string, double> _scales = [];
    private readonly string[] _moments;

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

    /// <summary>What is remembered of earlier steps, by the names it has in checkpoints: <c>optimizer.&lt;parameter&gt;.&lt;moment&gt;</c>.</summary>
    public IEnumerable<(string Name, Tensor Value)> State =>
        _slots.SelectMany(slot => slot.Moments.Select((tensor, i) => (Checkpoint.OptimizerTensorName(slot.Name, _moments[i]), tensor)));

    /// <summary>Where the parameters lie.</summary>
    protected Device Device { get; }

    /// <summary>Multiplies the learning rate of one parameter in all later updates.</summary>
    /// <param name="parameter">Its full name.</param>
    /// <param name="scale">The factor on the rate of the schedule.</param>
    public void ScaleLearningRate(string parameter, double scale) => _scales[parameter] = scale;

    /// <summary>Changes every parameter that has a gradient, and drops the gradients.</summary>
    public void Update(double learningRate)
    {
        Updates++;
        foreach (Slot slot in _slots)
        {
            Tensor value = slot.Parameter.Value;
            if (value.Gradient is not null)
                Update(value, slot.Moments, learningRate * _scales.GetValueOrDefault(slot.Name, 1));
            value.ClearGradient();
        }
    }

    /// <summary>Drops the gradients without an update.</summary>
    public void DropGradients() => _slots.ForEach(slot => slot.Parameter.Value.ClearGradient());

    /// <summary>Changes one parameter against its gradient.</summary>
    protected abstract void Update(Tensor value, Tensor[] moments, double learningRate);

    private sealed record Slot(string Name, Parameter Parameter, Tensor[] Moments);
}
