using SegFromScratch.Engine.Tensors;

namespace SegFromScratch.Layers.Modules;

/// <summary>Numbers of a module that a checkpoint holds: a trained weight, or a running statistic.</summary>
/// <param name="name">The name in the module: weight, bias, running_mean.</param>
/// <param name="value">The numbers, in a persistent tensor.</param>
/// <param name="role">What the numbers do, which decides about decay and learning rate.</param>
public sealed class Parameter(string name, Tensor value, ParameterRole role)
{
    /// <summary>The name in the module.</summary>
    public string Name => name;

    /// <summary>The numbers. K,C/g,kh,kw for weights; 1,C,1,1 for vectors.</summary>
    public Tensor Value => value;

    /// <summary>What the numbers do.</summary>
    public ParameterRole Role => role;

    /// <summary>True if an optimiser changes it.</summary>
    public bool IsTrained => value.RequiresGradient;

    /// <summary>Keeps the numbers as they are: no optimiser changes them, and no gradient is computed. To be called before an optimiser is made.</summary>
    public void Freeze() => value.Freeze();
}

/// <summary>What the numbers of a parameter do.</summary>
public enum ParameterRole
{
    /// <summary>The kernel of a convolution.</summary>
    Weight,

    /// <summary>An offset a channel.</summary>
    Bias,

    /// <summary>Scale or shift of a normalisation.</summary>
    Normalization,

    /// <summary>A mean or variance that follows the batches; not trained.</summary>
    RunningStatistic,

    /// <summary>Numbers that never change, such as the kernel of a bilinear interpolation; not trained.</summary>
    Fixed,
}
