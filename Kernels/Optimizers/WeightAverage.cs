using SegFromScratch.Engine.Tensors;
using SegFromScratch.Kernels.Cpu;

namespace SegFromScratch.Kernels.Optimizers;

/// <summary>An exponential moving average of numbers that change from step to step. Polyak and Juditsky 1992. TensorFlow: <c>tf.train.ExponentialMovingAverage</c>.</summary>
public static class WeightAverage
{
    /// <summary>average = decay * average + (1 - decay) * value.</summary>
    /// <param name="average">The average, in the layout of the value, changed.</param>
    /// <param name="value">The numbers as they are now.</param>
    /// <param name="decay">How much of the average stays, from 0 to below 1.</param>
    /// <exception cref="ArgumentException">The layouts differ.</exception>
    public static void Follow(Tensor average, Tensor value, double decay)
    {
        ArgumentNullException.ThrowIfNull(value);
        OptimizerArguments.CheckState(value, average, "average");
        float take = (float)(1 - decay);
        if (CpuPath.Of(value.Device) is { } cpu)
            Map.Run(cpu, new VectorFollow(take), average.Data, value.Data, average.Data);
        else
            WeightAverageLauncher.Follow(value.Device, value.Layout.Length, average.Data, value.Data, take);
    }

    /// <summary>Two tensors of one layout exchange their numbers.</summary>
    /// <exception cref="ArgumentException">The layouts differ.</exception>
    public static void Swap(Tensor a, Tensor b)
    {
        ArgumentNullException.ThrowIfNull(b);
        OptimizerArguments.CheckState(b, a, "average");
        WeightAverageLauncher.Swap(b.Device, b.Layout.Length, a.Data, b.Data);
    }
}
