using SegFromScratch.Engine.Numerics;
using SegFromScratch.Engine.Tensors;
using SegFromScratch.Layers.Modules;
using SegFromScratch.Training.Weights;

namespace SegFromScratch.Tests.Interoperability;

/// <summary>Parameters off their starting values, so that a bias or a statistic that is not used shows.</summary>
internal static class RandomParameters
{
    /// <summary>Kernels stay as they start; scales and variances lie around 1, everything else around 0.</summary>
    public static float[] Draw(string name, Parameter parameter, ref SplitMix64 random)
    {
        float[] values = parameter.Value.ToArray();
        if (parameter.Value.Shape is { Batch: > 1 } or { Height: > 1 })
            return values;
        bool isScale = name.EndsWith(".running_var", StringComparison.Ordinal) || (parameter.Role == ParameterRole.Normalization && name.EndsWith(".weight", StringComparison.Ordinal));
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)(isScale ? 0.5 + random.Uniform() : 0.1 * random.Normal());
        return values;
    }

    /// <summary>A parameter's numbers as a file has them: kernels with four sizes, vectors with one.</summary>
    public static WeightTensor Tensor(Parameter parameter, float[] values)
    {
        TensorShape shape = parameter.Value.Shape;
        bool isVector = parameter.Role != ParameterRole.Weight && shape is { Batch: 1, Height: 1, Width: 1 };
        return isVector ? WeightTensor.OfSingles(values, shape.Channels) : WeightTensor.OfSingles(values, shape.Batch, shape.Channels, shape.Height, shape.Width);
    }
}
