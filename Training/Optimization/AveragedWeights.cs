using SegFromScratch.Engine.Memory;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Optimizers;
using SegFromScratch.Layers.Modules;
using SegFromScratch.Training.Weights;

namespace SegFromScratch.Training.Optimization;

/// <summary>
/// The exponential moving average of a network's weights and running statistics. It often predicts better than the weights of the last step, whose noise it takes out.
/// </summary>
public sealed class AveragedWeights
{
    // In its first steps an average of long memory would be the random start; TensorFlow's ramp (1 + t) / (10 + t) lets it follow soon.
    private const double RampNumerator = 1, RampDenominator = 10;
    private readonly double _decay;
    private readonly List<string> _names = [];
    private readonly List<ParameterUpdate> _updates = [];

    /// <summary>Starts from the weights as they are now.</summary>
    /// <param name="module">The network.</param>
    /// <param name="decay">How much of the average stays from step to step, above 0 and below 1.</param>
    public AveragedWeights(Module module, double decay)
    {
        ArgumentNullException.ThrowIfNull(module);
        if (decay is not (> 0 and < 1))
            throw new ArgumentException($"the decay of averaged weights must be above 0 and below 1, not {decay}", nameof(decay));
        _decay = decay;
        foreach ((string name, Parameter parameter) in module.Parameters().Where(p => p.Parameter.Role != ParameterRole.Fixed))
        {
            Tensor value = parameter.Value;
            Tensor average = Tensor.Persistent(module.Device, value.Shape, value.ToArray(), value.Layout.ChannelBlock, memoryClass: MemoryClass.Optimizer, name: $"average of {name}");
            _names.Add(name);
            _updates.Add(new ParameterUpdate(average, value));
        }
    }

    /// <summary>What a resumed run needs, by the names it has in checkpoints. While weights and averages are swapped these are the weights.</summary>
    public IEnumerable<(string Name, Tensor Value)> State => _names.Zip(_updates, (name, update) => (Checkpoint.OptimizerTensorName(name, "average"), update.Target));

    /// <summary>Follows the weights after an update: average = d * average + (1 - d) * weight, d = min(decay, (1 + t) / (10 + t)).</summary>
    /// <param name="updates">t: updates made so far, from 1.</param>
    public void Follow(long updates)
    {
        double decay = Math.Min(_decay, (RampNumerator + updates) / (RampDenominator + updates));
        WeightAverage.Follow(_updates, decay);
    }

    /// <summary>Puts the averages into the network and the weights aside, or back.</summary>
    public void Swap() => WeightAverage.Swap(_updates);
}
