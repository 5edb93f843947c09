using SegFromScratch.Engine.Devices;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Optimizers;

/// <summary>An exponential moving average of numbers that change from step to step. Polyak and Juditsky 1992. TensorFlow: <c>tf.train.ExponentialMovingAverage</c>.</summary>
public static class WeightAverage
{
    private static readonly UpdateKernels<WeightAverageFactors> s_kernels = new()
    {
        Cpu = static (cpu, v, factors) => Map.Run(cpu, new VectorFollow(factors.Take), v.Target, v.Source, v.Target),
        Launch = static (Device device, LaunchSize size, ref readonly EightViews v, WeightAverageFactors factors) => WeightAverageLauncher.Follow(
            device,
            size,
            v[0].Target, v[0].Source,
            v[1].Target, v[1].Source,
            v[2].Target, v[2].Source,
            v[3].Target, v[3].Source,
            v[4].Target, v[4].Source,
            v[5].Target, v[5].Source,
            v[6].Target, v[6].Source,
            v[7].Target, v[7].Source,
            factors),
    };

    private static readonly UpdateKernels<Exchange> s_exchange = new()
    {
        ChangesSource = true,
        Launch = static (Device device, LaunchSize size, ref readonly EightViews v, Exchange _) => WeightAverageLauncher.Swap(
            device,
            size,
            v[0].Target, v[0].Source,
            v[1].Target, v[1].Source,
            v[2].Target, v[2].Source,
            v[3].Target, v[3].Source,
            v[4].Target, v[4].Source,
            v[5].Target, v[5].Source,
            v[6].Target, v[6].Source,
            v[7].Target, v[7].Source),
    };

    /// <summary>average = decay * average + (1 - decay) * value.</summary>
    /// <param name="average">The average, in the layout of the value, changed.</param>
    /// <param name="value">The numbers as they are now.</param>
    /// <param name="decay">How much of the average stays, from 0 to below 1.</param>
    /// <exception cref="ArgumentException">The layouts differ.</exception>
    public static void Follow(Tensor average, Tensor value, double decay) => Follow([new ParameterUpdate(average, value)], decay);

    /// <summary>average = decay * average + (1 - decay) * value for many, several in a launch.</summary>
    /// <param name="updates">Averages and the values that they follow, all on one device; no average twice.</param>
    /// <param name="decay">How much of the average stays, from 0 to below 1.</param>
    /// <exception cref="ArgumentException">The layouts differ. Nothing was changed.</exception>
    public static void Follow(IReadOnlyList<ParameterUpdate> updates, double decay)
    {
        Check(updates);
        s_kernels.Run(updates, new WeightAverageFactors((float)(1 - decay)));
    }

    /// <summary>Two tensors of one layout exchange their numbers.</summary>
    /// <exception cref="ArgumentException">The layouts differ.</exception>
    public static void Swap(Tensor a, Tensor b) => Swap([new ParameterUpdate(a, b)]);

    /// <summary>Targets and sources exchange their numbers, several in a launch.</summary>
    /// <param name="updates">Averages and the values that they follow, all on one device; no tensor twice.</param>
    /// <exception cref="ArgumentException">The layouts differ. Nothing was changed.</exception>
    public static void Swap(IReadOnlyList<ParameterUpdate> updates)
    {
        Check(updates);
        s_exchange.Run(updates, default);
    }

    private static void Check(IReadOnlyList<ParameterUpdate> updates)
    {
        ArgumentNullException.ThrowIfNull(updates);
        for (int i = 0; i < updates.Count; i++)
            OptimizerArguments.CheckState(updates[i].Target, updates[i].Source, "value");
    }
}
